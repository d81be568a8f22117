import { cp, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { readCogWindow, validateCog } from '@fusion-platform/geo';
import { expect, onTestFinished, test } from 'vitest';

import { makeTiles } from './dem/index.ts';
import { createServer } from './http/index.ts';
import { readScene } from './stac/index.ts';

/** Kept between runs; it notices by itself when the terrain changes. */
const folder = join(resolve(import.meta.dirname, '../..'), 'node_modules/.cache/sample-archive');
const glasgow = 'Copernicus_DSM_COG_10_N55_00_W005_00_DEM';

test('a tile that is missing is made again, the same without native GDAL', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'sample-archive-'));
  onTestFinished(async () => await rm(scratch, { recursive: true, force: true }));
  const kept = (await makeTiles(folder)).get(glasgow)!;
  const copy = join(scratch, 'copy');
  await cp(folder, copy, { recursive: true, filter: (path) => !/sentinel-2|partial|plain/.test(path) });
  await rm(join(copy, `${glasgow}.tif`));
  const made = (await makeTiles(copy, { native: 'never' })).get(glasgow)!;
  expect((await validateCog(made)).errors).toEqual([]);
  expect(await readFile(made, 'latin1')).toContain('Synthetic terrain');
  expect((await readdir(copy)).filter((name) => /partial|plain/.test(name))).toEqual([]);

  const scenes = [
    await readScene({ collection: 'kept', cacheFolder: join(scratch, 'kept'), path: kept }),
    await readScene({ collection: 'made', cacheFolder: join(scratch, 'made'), path: made }),
  ];
  const server = await createServer(scenes);
  onTestFinished(async () => await server.close());
  const address = await server.listen({ port: 0, host: '127.0.0.1' });
  const windows = await Promise.all(
    ['kept', 'made'].map(
      async (collection) =>
        await readCogWindow({
          url: `${address}/assets/${collection}/${glasgow}.tif`,
          bounds: [-4.3, 55.8, -4.2, 55.9],
        }),
    ),
  );
  expect(windows[0]!.data.length).toBeGreaterThan(10_000);
  expect(windows[1]!.data).toEqual(windows[0]!.data);
});
