import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

import { decode } from 'fast-png';
import { expect, test } from 'vitest';

import { temporaryFolder } from '../../test/support/files.ts';
import { nativeAbsent } from '../../test/support/gdal.ts';
import { analyse } from '../analysis/index.ts';
import { writeGeoTiff } from './write-geotiff.ts';
import type { TypedArray } from './typed-array.ts';

const file = temporaryFolder();
const run = promisify(execFile);
const [width, height] = [40, 20];

async function write(name: string, data: readonly TypedArray[]): Promise<void> {
  await writeGeoTiff(file(name), { data, width, height, bounds: [0, 0, 4, 2], crs: 'EPSG:4326' });
}

/** The pixels of the preview by column and row. */
async function previewOf(name: string): Promise<(x: number, y: number) => number[]> {
  await analyse(file(name), { fileName: name, fileType: 'GeoTIFF', previewPath: file('preview.png') });
  const png = decode(await readFile(file('preview.png')));
  expect([png.width, png.height]).toEqual([width, height]);
  return (x, y) => [...png.data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)];
}

function bytes(value: (x: number, y: number) => number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, at) => value(at % width, Math.floor(at / width)));
}

test.skipIf(nativeAbsent)(
  'shows what is under a mask or an alpha band (skipped without gdal_translate)',
  async () => {
    await write('two.tif', [bytes((x) => x * 5), bytes((x) => (x < 10 ? 0 : 255))]);
    const internal = ['--config', 'GDAL_TIFF_INTERNAL_MASK', 'YES'];
    await run('gdal_translate', [
      '-q',
      '-b',
      '1',
      '-mask',
      '2',
      ...internal,
      file('two.tif'),
      file('mask.tif'),
    ]);
    await run('gdal_translate', ['-q', '-colorinterp_2', 'alpha', file('two.tif'), file('alpha.tif')]);
    for (const name of ['mask.tif', 'alpha.tif']) {
      const pixel = await previewOf(name);
      expect([pixel(9, 5)[3], pixel(10, 5)[3]]).toEqual([0, 255]);
      // Stretched over what is shown: from 50 to 195.
      expect([pixel(10, 5)[0], pixel(39, 5)[0]]).toEqual([0, 255]);
    }
  },
);

test.skipIf(nativeAbsent)(
  'shows red, green and blue of 16 bits in colour, each stretched (skipped without gdal_translate)',
  async () => {
    const wide = (value: (x: number, y: number) => number): Uint16Array =>
      Uint16Array.from({ length: width * height }, (_, at) => value(at % width, Math.floor(at / width)));
    await write('plain.tif', [wide((x) => 300 + x * 50), wide((_x, y) => y * 100), wide((x) => 3000 - x)]);
    await run('gdal_translate', ['-q', '-co', 'PHOTOMETRIC=RGB', file('plain.tif'), file('rgb16.tif')]);
    const pixel = await previewOf('rgb16.tif');
    expect(pixel(0, 0)).toEqual([0, 0, 255, 255]);
    expect(pixel(39, 19)).toEqual([255, 255, 0, 255]);
    const grey = await previewOf('plain.tif');
    expect(grey(39, 19)).toEqual([255, 255, 255, 255]);
  },
);

test.skipIf(nativeAbsent)(
  'shows a palette in its colours, whatever its writer calls the image (skipped without gdal_translate)',
  async () => {
    await write('classes.tif', [bytes((x) => (x < 20 ? 1 : 2))]);
    await run('gdal_translate', ['-q', '-of', 'VRT', file('classes.tif'), file('palette.vrt')]);
    const entries = ['0 0 0', '0 128 0', '9 8 250'].map((colour) => {
      const [red, green, blue] = colour.split(' ');
      return `<Entry c1="${red}" c2="${green}" c3="${blue}" c4="255"/>`;
    });
    const vrt = await readFile(file('palette.vrt'), 'utf8');
    const palette = `<ColorInterp>Palette</ColorInterp><ColorTable>${entries.join('')}</ColorTable>`;
    await writeFile(file('palette.vrt'), vrt.replace(/<ColorInterp>\w+<\/ColorInterp>/, palette));
    await run('gdal_translate', ['-q', file('palette.vrt'), file('palette.tif')]);
    const tiff = await readFile(file('palette.tif'));
    const entry = Array.from({ length: tiff.readUInt16LE(8) }, (_, index) => 10 + 12 * index).find(
      (at) => tiff.readUInt16LE(at) === 262,
    );
    for (const photometric of [3, 1]) {
      tiff.writeUInt16LE(photometric, entry! + 8);
      await writeFile(file('palette.tif'), tiff);
      const pixel = await previewOf('palette.tif');
      expect([pixel(0, 0), pixel(39, 0)]).toEqual([
        [0, 128, 0, 255],
        [9, 8, 250, 255],
      ]);
    }
  },
);
