import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { fromFile } from 'geotiff';
import { beforeAll, describe, expect, test, vi } from 'vitest';

import { temporaryFolder } from '../../test/support/files.ts';
import { nativeAbsent } from '../../test/support/gdal.ts';
import { terrain } from '../../test/support/terrain.ts';
import { writeGeoTiff } from '../raster/index.ts';
import { buildVrt, gdalRuntime, runGdal, translate, warp } from './index.ts';
import { GdalError } from './gdal-error.ts';

const file = temporaryFolder();

beforeAll(async () => {
  await writeGeoTiff(file('west.tif'), terrain(120, 100, { nodata: -9999 }));
  await writeGeoTiff(file('east.tif'), terrain(120, 100, { nodata: -9999, bounds: [-4, 55, -3, 56] }));
  const ring = [
    [-4.8, 55.2],
    [-3.3, 55.2],
    [-4, 55.9],
    [-4.8, 55.2],
  ];
  await writeFile(file('region.geojson'), JSON.stringify({ type: 'Polygon', coordinates: [ring] }));
});

/** Everything that a run leaves: size, place and pixels. */
async function content(path: string) {
  const tiff = await fromFile(path);
  const image = await tiff.getImage();
  const [data] = await image.readRasters({ interleave: false });
  const levels = await tiff.getImageCount();
  await tiff.close();
  return {
    width: image.getWidth(),
    height: image.getHeight(),
    place: [...image.getOrigin(), ...image.getResolution()],
    levels,
    data: [...(data ?? [])],
  };
}

describe.each([
  { name: 'native tools', native: 'always', absent: nativeAbsent },
  { name: 'WebAssembly', native: 'never', absent: false },
] as const)('GDAL by $name (skipped where GDAL is not on the PATH)', ({ native, absent }) => {
  test.skipIf(absent)('mosaics, reprojects and cuts', async () => {
    const fractions: number[] = [];
    const output = file(`warped-${native}.tif`);
    await runGdal(
      warp({
        inputs: [file('west.tif'), file('east.tif')],
        output,
        format: 'GTiff',
        targetCrs: 'EPSG:32630',
        resolution: [1000, 1000],
        alignPixels: true,
        resampling: 'bilinear',
        cutline: file('region.geojson'),
        cropToCutline: true,
        destinationNodata: -9999,
      }),
      { native, onProgress: (fraction) => fractions.push(fraction) },
    );
    const { width, height, data } = await content(output);
    expect([width, height]).toEqual([96, 79]);
    expect(data.filter((value) => value > 0).length).toBeGreaterThan(3000);
    expect(data[0]).toBe(-9999);
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  });

  test.skipIf(absent)('builds a VRT with relative paths, and a COG from it', async () => {
    const folder = dirname(file('x'));
    await runGdal(buildVrt({ inputs: ['west.tif', 'east.tif'], output: `both-${native}.vrt` }), {
      native,
      cwd: folder,
    });
    expect(await readFile(file(`both-${native}.vrt`), 'utf8')).toContain('relativeToVRT="1">west.tif<');
    await runGdal(
      translate({
        input: file(`both-${native}.vrt`),
        output: file(`both-${native}.tif`),
        format: 'COG',
        size: [1200, 500],
        creationOptions: { COMPRESS: 'DEFLATE' },
      }),
      { native },
    );
    const { width, height, levels } = await content(file(`both-${native}.tif`));
    expect([width, height]).toEqual([1200, 500]);
    expect(levels).toBeGreaterThan(1);
  });

  test.skipIf(absent)('tells in its own words what it lacks, and leaves nothing', async () => {
    const command = warp({ inputs: [file('none.tif')], output: file(`none-${native}.tif`), format: 'GTiff' });
    const error: unknown = await runGdal(command, { native }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(GdalError);
    expect(error).toMatchObject({ code: 'failed', command });
    expect((error as GdalError).stderr).toContain('none.tif');
    expect(existsSync(command.output)).toBe(false);
  });

  test.skipIf(absent)(
    'replaces what an option of GDAL refuses by an error with the option in it',
    async () => {
      const command = warp({
        inputs: [file('west.tif')],
        output: file('refused.tif'),
        format: 'NoSuchFormat',
      });
      await expect(runGdal(command, { native })).rejects.toThrow(/NoSuchFormat/);
    },
  );

  test.skipIf(absent)('ends when it is aborted, and leaves nothing', async () => {
    const controller = new AbortController();
    const command = warp({
      inputs: [file('west.tif')],
      output: file(`large-${native}.tif`),
      format: 'GTiff',
      size: [6000, 6000],
      resampling: 'bilinear',
    });
    const run = runGdal(command, {
      native,
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(run).rejects.toThrow('enough');
    expect(existsSync(command.output)).toBe(false);
  });
});

test.skipIf(nativeAbsent)(
  'both runners give the same pixels (skipped where GDAL is not on the PATH)',
  async () => {
    for (const name of ['warped', 'both']) {
      const [one, two] = [
        await content(file(`${name}-always.tif`)),
        await content(file(`${name}-never.tif`)),
      ];
      expect({ ...two, data: [] }).toEqual({ ...one, data: [] });
      const differences = one.data.map((value, index) => Math.abs(value - (two.data[index] ?? Infinity)));
      expect(differences.filter((difference) => !(difference < 0.001))).toEqual([]);
    }
  },
);

test.each([
  ['are not there', null],
  ['do not start', '#!/bin/sh\necho "error while loading shared libraries" >&2\nexit 127\n'],
])('where native tools %s WebAssembly does the work', async (_name, program) => {
  const folder = file(program === null ? 'no-tools' : 'broken-tools');
  await mkdir(folder);
  if (program !== null) await writeFile(`${folder}/gdal_translate`, program, { mode: 0o755 });
  vi.stubEnv('PATH', folder);
  vi.resetModules();
  try {
    // Which tools there are is remembered.
    const fresh = await import('./index.ts');
    const command = translate({ input: file('west.tif'), output: `${folder}/copy.tif`, format: 'GTiff' });
    await fresh.runGdal(command);
    expect((await content(command.output)).width).toBe(120);
    expect((await fresh.gdalRuntime()).kind).toBe('wasm');
  } finally {
    vi.unstubAllEnvs();
  }
});

test('the runtime that is named is the one there is', async () => {
  expect((await gdalRuntime()).kind).toBe(nativeAbsent ? 'wasm' : 'native');
});
