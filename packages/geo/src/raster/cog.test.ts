import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { beforeAll, describe, expect, test } from 'vitest';

import { temporaryFolder } from '../../test/support/files.ts';
import { nativeAbsent } from '../../test/support/gdal.ts';
import { terrain } from '../../test/support/terrain.ts';
import { runGdal, translate } from '../gdal/index.ts';
import { validateCog } from './validate-cog.ts';
import { writeCog } from './write-cog.ts';
import { writeGeoTiff } from './write-geotiff.ts';

const file = temporaryFolder();
const run = promisify(execFile);
const outside = await run('rio', ['cogeo', '--help']).then(
  () => true,
  () => false,
);

beforeAll(async () => {
  await writeGeoTiff(file('plain.tif'), terrain(1500, 1300, { nodata: -9999 }));
});

describe.each([
  { name: 'native tools', native: 'always', absent: nativeAbsent },
  { name: 'WebAssembly', native: 'never', absent: false },
] as const)('a COG written by $name (skipped where GDAL is not on the PATH)', ({ native, absent }) => {
  const path = (): string => file(`cog-${native}.tif`);

  test.skipIf(absent)('has no fault by the rules of the format', async () => {
    await writeCog({ input: file('plain.tif'), output: path(), native });
    expect(await validateCog(path())).toEqual({ errors: [], warnings: [] });
  });

  test.skipIf(absent || !outside)(
    'is valid to rio-cogeo (skipped where rio cogeo is not installed)',
    async () => {
      const { stdout } = await run('rio', ['cogeo', 'validate', '--strict', path()]);
      expect(stdout).toContain('is a valid cloud optimized GeoTIFF');
    },
  );
});

test('a plain file and a tiled one without overviews are told apart from it', async () => {
  const plain = await validateCog(file('plain.tif'));
  expect(plain.errors).toEqual(['the image is larger than 512 pixels and not tiled']);
  await runGdal(
    translate({
      input: file('plain.tif'),
      output: file('tiled.tif'),
      format: 'GTiff',
      creationOptions: { TILED: true },
    }),
  );
  const tiled = await validateCog(file('tiled.tif'));
  expect(tiled.errors).toEqual([]);
  expect(tiled.warnings).toEqual(['the image is larger than 512 pixels and has no overviews']);
});

test('a small file needs neither tiles nor overviews', async () => {
  await writeGeoTiff(file('small.tif'), terrain(100, 100));
  expect(await validateCog(file('small.tif'))).toEqual({ errors: [], warnings: [] });
});
