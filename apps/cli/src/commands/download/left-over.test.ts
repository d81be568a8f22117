import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { leftOver } from './left-over.ts';

test('what an earlier run made and this one did not is found, and nothing that was not asked for', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'left-over-'));
  onTestFinished(async () => await rm(folder, { recursive: true }));
  const at = (path: string): string => join(folder, path);
  for (const path of [
    'note.txt',
    '.partial/half',
    '1_Elevation/Input_1_Region/glasgow.geojson',
    '1_Elevation/Output_1_Elevation/.elevation.tif.stac',
    '1_Elevation/Output_1_Elevation/elevation.tif',
    '1_Elevation/Output_1_Elevation/elevation.tif.aux.xml',
    '1_Elevation/Output_1_Elevation/elevation_old.tif',
    '1_Elevation/Output_4_Contours/contours.geojson',
    '2_Other/Output_1_Other/other.tif',
  ]) {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), '');
  }
  const outputs = ['.elevation.tif.stac', 'elevation.tif'].map((name) =>
    at(`1_Elevation/Output_1_Elevation/${name}`),
  );
  expect(await leftOver(outputs)).toEqual([
    at('1_Elevation/Output_1_Elevation/elevation_old.tif'),
    at('1_Elevation/Output_4_Contours/contours.geojson'),
  ]);
  expect(await leftOver([])).toEqual([]);
  expect(await leftOver([at('9_Gone/Output_1_Gone/gone.tif')])).toEqual([]);
});
