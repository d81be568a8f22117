import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { pythonClient, runPython } from '../support/python.ts';
import { platformWithArchive } from './with-archive.ts';
import type { PlatformWithArchive } from './with-archive.ts';

const client = await pythonClient();
const { missing } = client;
if (missing && process.env['FUSION_TEST_ALL']) throw new Error(missing);

interface Seen {
  readonly region: Record<string, unknown>;
  readonly price: number;
  readonly credits_before: number;
  readonly credits_after: number;
  readonly execution: Record<string, unknown>;
  readonly components: {
    readonly name: string;
    readonly intermediate: boolean;
    readonly success: boolean;
    readonly runtime: number;
    readonly memory: number;
    readonly samples: number;
    readonly inputs: number;
    readonly files: {
      readonly name: string;
      readonly type: string;
      readonly size: number;
      readonly bytes: number;
    }[];
    readonly log: { readonly header: string; readonly records: number };
  }[];
  readonly delete_of_used_data: string;
  readonly status_after: string;
  readonly left: Record<string, number>;
}

describe.skipIf(missing)(`the public Python client (${missing ?? 'installed'})`, () => {
  let platform: PlatformWithArchive;

  beforeAll(async () => {
    platform = await platformWithArchive('cop-dem-glo-30', { FUSION_STOP_DELAY_SECONDS: '15' });
  });
  afterAll(async () => await platform?.close());

  test('goes through every step of a session: upload, process, wait, components, outputs, log, delete', async () => {
    const printed = await runPython(client, 'whole.py', [join(platform.folder, 'out')], platform);
    const seen = JSON.parse(printed.trim().split('\n').at(-1)!) as Seen;
    expect(seen.region).toMatchObject({ crs: 'EPSG:4326', publishable: true, polygons: 1 });
    expect(seen.price).toBeGreaterThan(0);
    expect(seen.credits_before - seen.credits_after).toBeCloseTo(seen.price, 5);
    expect(seen.execution).toEqual({ success: true, progress: 100 });
    expect(seen.components.map(({ intermediate, success }) => [intermediate, success])).toEqual([
      [true, true],
      [false, true],
    ]);
    for (const component of seen.components) {
      expect(component.runtime).toBeGreaterThan(0);
      expect(component.samples).toBeGreaterThan(0);
      expect(component.log.header).toBe('logged_at,message');
      for (const { size, bytes } of component.files) expect(bytes).toBe(size);
    }
    expect(seen.components[1]!.files.map(({ type }) => type).sort()).toEqual(['CSV', 'GeoTIFF', 'PNG']);
    expect(seen.delete_of_used_data).toMatch(/input of "Whole"/);
    expect(seen.status_after).toBe('stop');
    expect(seen.left).toEqual({ processes: 0, data: 0 });
  });
});
