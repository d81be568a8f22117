import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { csvParse } from 'd3-dsv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { logIn } from '../support/api.ts';
import { flow } from '../support/flow.ts';
import { email, password } from '../support/platform.ts';
import { pythonClient, runPython } from '../support/python.ts';
import { platformWithArchive } from './with-archive.ts';
import type { PlatformWithArchive } from './with-archive.ts';

/** What the example imports, and nothing that the client would bring along. */
const client = await pythonClient(['rasterio', 'matplotlib', 'pandas']);
const { missing } = client;
if (missing && process.env['FUSION_TEST_ALL']) throw new Error(missing);

describe.skipIf(missing)(
  `the detailed example of the public Python client (${missing ?? 'installed'})`,
  () => {
    let platform: PlatformWithArchive;

    beforeAll(async () => {
      platform = await platformWithArchive('sentinel-2-l2a');
    });
    afterAll(async () => await platform?.close());

    test('runs as it is published, and what it shows is what the pixels say', async () => {
      const printed = await runPython(
        client,
        'example.py',
        ['detailed_example', 'histogram', 'x', 'y'],
        platform,
      );
      const left = JSON.parse(printed.trim().split('\n').at(-1)!) as {
        readonly histogram: readonly number[];
        readonly x: readonly string[];
        readonly y: readonly number[];
      };
      expect(printed).toMatch(/Price: \d/);
      expect(printed).toContain('Downloading statistics from');
      expect(left.x).toEqual(['Ground', 'Shadow', 'Thick Cloud', 'Thin Cloud']);

      // The sum of the slices' histograms, the statistics of the aggregator, and the pixels of the mosaic.
      const [row] = csvParse(await readFile(join(platform.folder, 'aggregated_statistics.csv'), 'utf8'));
      expect(left.histogram.map((_, bin) => Number(row![`bin_${bin + 1}`]))).toEqual(left.histogram);
      const counted = JSON.parse(await runPython(client, 'count.py', ['mosaic.tif'], platform)) as Record<
        string,
        number
      >;
      expect(left.y.every((count) => count > 0)).toBe(true);
      expect([0, 1, 2, 3].map((value) => counted[value])).toEqual(left.y);
      expect(Object.keys(counted)).toEqual(expect.arrayContaining(['0', '1', '2', '3', '255']));

      const analyst = flow(platform.url, await logIn(platform.url, email, password));
      expect(await analyst.list('/processes')).toEqual([]);
      expect(await analyst.list('/data/uploaded')).toEqual([]);
    });
  },
);
