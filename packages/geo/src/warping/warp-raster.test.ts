import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';

import { fromFile } from 'geotiff';
import { beforeAll, describe, expect, test } from 'vitest';

import { sharedFile, temporaryFolder } from '../../test/support/files.ts';
import { gdalInfo, nativeAbsent } from '../../test/support/gdal.ts';
import { terrain } from '../../test/support/terrain.ts';
import { GdalError, runGdal, warp } from '../gdal/index.ts';
import type { WarpOptions } from '../gdal/index.ts';
import { writeGeoTiff } from '../raster/index.ts';
import { warpRaster } from './index.ts';

const file = temporaryFolder();
const common = { format: 'GTiff', targetCrs: 'EPSG:32630' } as const;

beforeAll(async () => {
  const hills = terrain(700, 600, { nodata: -9999 });
  // A lake without heights, and a hole of one pixel.
  for (let row = 200; row < 260; row++) hills.data.fill(-9999, row * 700 + 300, row * 700 + 360);
  hills.data[100 * 700 + 100] = -9999;
  await writeGeoTiff(file('hills.tif'), hills);
  const [west, east] = [whole(500, 400, 7), whole(500, 400, 11)];
  const at = { width: 500, height: 400, nodata: 0 };
  await writeGeoTiff(file('west.tif'), { ...at, data: west, bounds: [-4.2, 55, -3.2, 56], crs: 'EPSG:4326' });
  await writeGeoTiff(file('east.tif'), { ...at, data: east, bounds: [-3.5, 55, -2.5, 56], crs: 'EPSG:4326' });
  await writeGeoTiff(file('classes.tif'), {
    ...at,
    data: Uint8Array.from(west, (value) => value % 12),
    bounds: [400_000, 6_100_000, 410_000, 6_108_000],
    crs: 'EPSG:32630',
  });
  const ring = [
    [-4.8123, 55.2071],
    [-4.3017, 55.2539],
    [-4.0531, 55.8513],
    [-4.8123, 55.2071],
  ];
  const hole = ring.map(([x = 0, y = 0]) => [-4.4 + (x + 4.4) / 4, 55.4 + (y - 55.4) / 4]);
  await writeFile(file('region.geojson'), JSON.stringify({ type: 'Polygon', coordinates: [ring, hole] }));
  const boxes = [-4.7, -4.5].map((left) => [
    [left, 55.3],
    [left + 0.3, 55.3],
    [left + 0.3, 55.6],
    [left, 55.6],
    [left, 55.3],
  ]);
  const overlapping = { type: 'MultiPolygon', coordinates: boxes.map((box) => [box]) };
  await writeFile(file('overlapping.geojson'), JSON.stringify({ type: 'Feature', geometry: overlapping }));
});

/** Values in 16 bits of which some are 0, no data. */
function whole(width: number, height: number, step: number): Uint16Array {
  return Uint16Array.from({ length: width * height }, (_, index) => {
    const [x, y] = [index % width, Math.floor(index / width)];
    return (x * step + y * 3) % 97 === 0 ? 0 : Math.round(3000 + 2000 * Math.sin(x / 40) * Math.cos(y / 30));
  });
}

async function read(path: string) {
  const tiff = await fromFile(path);
  const image = await tiff.getImage();
  const [data = []] = await image.readRasters({ interleave: false });
  await tiff.close();
  const place = [...image.getOrigin(), ...image.getResolution()];
  return {
    form: { width: image.getWidth(), height: image.getHeight(), nodata: image.getGDALNoData() },
    place,
    tile: image.getTileWidth(),
    data: data as ArrayLike<number>,
  };
}

/** Warps in both ways; gives by how much values differ, and the share of pixels that only one of them has. */
async function compare(name: string, options: Omit<WarpOptions, 'output'>) {
  const [ours, theirs] = [file(`${name}-ours.tif`), file(`${name}-gdal.tif`)];
  await warpRaster({ ...options, output: ours }, { native: 'never' });
  await runGdal(warp({ ...options, output: theirs }), { native: 'always' });
  const [own, other] = [await read(ours), await read(theirs)];
  expect(own.form).toEqual(other.form);
  for (const [index, number] of other.place.entries()) expect(own.place[index]).toBeCloseTo(number, 6);
  // Not by GDAL in WebAssembly, whose tiles and strips are others.
  expect(own.tile).toBe(512);
  const { nodata } = own.form;
  const differences: number[] = [];
  let apart = 0;
  for (let index = 0; index < own.data.length; index++) {
    const [a, b] = [own.data[index] as number, other.data[index] as number];
    if ((a === nodata) !== (b === nodata)) apart += 1;
    else if (a !== nodata) differences.push(Math.abs(a - b));
  }
  expect(differences.length).toBeGreaterThan(1000);
  const within = (most: number): number =>
    differences.filter((one) => one <= most).length / differences.length;
  return { within, apart: apart / own.data.length };
}

describe.skipIf(nativeAbsent)(
  'without GDAL the pixels are those of gdalwarp (skipped where it is absent)',
  () => {
    test.each([
      ['of about the size of the source', [300, 300]],
      ['larger ones', [700, 550]],
      ['smaller ones', [90, 110]],
    ] as const)('of heights cut out by a polygon, %s', async (name, resolution) => {
      const { within, apart } = await compare(`hills ${name}`, {
        ...common,
        inputs: [file('hills.tif')],
        resolution,
        alignPixels: true,
        resampling: 'bilinear',
        cutline: file('region.geojson'),
        cropToCutline: true,
        destinationNodata: -9999,
      });
      expect(within(0.01)).toBeGreaterThan(0.999);
      expect(apart).toBeLessThan(0.001);
    });

    test('of several scenes in whole numbers, the last on top', async () => {
      const { within, apart } = await compare('scenes', {
        ...common,
        inputs: [file('west.tif'), file('east.tif')],
        bounds: [430_000, 6_110_000, 520_000, 6_190_000],
        size: [600, 533],
        resampling: 'bilinear',
        sourceNodata: 0,
        destinationNodata: 0,
      });
      expect(within(1)).toBe(1);
      expect(within(0)).toBeGreaterThan(0.999);
      expect(apart).toBeLessThan(0.001);
    });

    test.each([
      ['on their own grid', 'EPSG:32630', [400_400, 6_099_000, 408_400, 6_107_000], [400, 400]],
      ['in the zone beside it', 'EPSG:32631', [18_000, 6_120_000, 28_000, 6_134_000], [500, 700]],
    ] as const)('of classes %s', async (name, targetCrs, bounds, size) => {
      const { within, apart } = await compare(`classes ${name}`, {
        format: 'GTiff',
        inputs: [file('classes.tif')],
        targetCrs,
        bounds,
        size,
        sourceNodata: 'none',
        destinationNodata: 255,
        creationOptions: { TILED: true, BIGTIFF: 'IF_SAFER' },
      });
      // Places that differ by a millimetre lie in other pixels now and then.
      expect(within(0)).toBeGreaterThan(0.998);
      expect(apart).toBeLessThan(0.0005);
    });

    const dem = sharedFile('dem/Copernicus_DSM_COG_10_N00_00_E006_00_DEM.tif');
    test.skipIf(dem.absent)('of a real tile of heights (needs ../shared/data)', async () => {
      const { within, apart } = await compare('dem', {
        format: 'GTiff',
        inputs: [dem.path],
        targetCrs: 'EPSG:32632',
        resolution: [30, 30],
        bounds: [220_000, 10_000, 250_000, 34_000],
        resampling: 'bilinear',
        destinationNodata: -9999,
      });
      expect(within(0.01)).toBeGreaterThan(0.999);
      expect(apart).toBe(0);
    });

    const band = sharedFile('sentinel-2/29RKH_20200219_L2A/B04.tif');
    test.skipIf(band.absent)('of a band of a real scene in another zone (needs ../shared/data)', async () => {
      const { within, apart } = await compare('band', {
        format: 'GTiff',
        inputs: [band.path],
        targetCrs: 'EPSG:32628',
        resolution: [100, 100],
        bounds: [750_000, 2_690_000, 870_000, 2_800_000],
        resampling: 'bilinear',
        sourceNodata: 0,
        destinationNodata: 0,
      });
      expect(within(0)).toBeGreaterThan(0.999);
      expect(within(1)).toBeGreaterThan(0.9999);
      expect(apart).toBeLessThan(0.0001);
    });

    test('and what the source says of itself goes along', async () => {
      const source = file('told.tif');
      // Entities that the text itself spells stay as they are.
      const told = `Hills & dales, <Höhe> in "m" &lt; 9' &amp;amp; &#176; \uFEFF.`;
      await runGdal(
        {
          program: 'gdal_translate',
          args: ['-of', 'GTiff', '-mo', `SOURCE=${told}`],
          inputs: [file('hills.tif')],
          output: source,
        },
        { native: 'always' },
      );
      const output = file('told-warped.tif');
      await warpRaster(
        {
          ...common,
          inputs: [source],
          output,
          bounds: [400_000, 6_110_000, 430_000, 6_140_000],
          size: [100, 100],
        },
        { native: 'never' },
      );
      const info = await gdalInfo(output);
      expect(info.metadata['']).toMatchObject({ SOURCE: told, AREA_OR_POINT: 'Area' });
      expect(JSON.stringify(info)).toContain('UTM zone 30N');
    });
  },
);

test('what is inside of two polygons of a cutline is inside', async () => {
  const output = file('overlapping.tif');
  await warpRaster(
    {
      format: 'GTiff',
      inputs: [file('hills.tif')],
      output,
      cutline: file('overlapping.geojson'),
      bounds: [-4.8, 55.2, -4.1, 55.7],
      size: [70, 50],
      destinationNodata: -9999,
    },
    { native: 'never' },
  );
  const { data, tile } = await read(output);
  expect(tile).toBe(512);
  const row = Array.from({ length: 70 }, (_, column) => data[20 * 70 + column] !== -9999);
  expect([row.indexOf(true), row.lastIndexOf(true)]).toEqual([10, 59]);
  expect(row.slice(10, 60)).not.toContain(false);
});

test('what does not fit is left to GDAL: a value for no data that the pixels cannot hold', async () => {
  const output = file('unfit.tif');
  await warpRaster(
    {
      format: 'GTiff',
      inputs: [file('classes.tif')],
      output,
      bounds: [400_000, 6_100_000, 410_000, 6_108_000],
      size: [50, 40],
      destinationNodata: -9999,
    },
    { native: 'never' },
  );
  expect((await read(output)).tile).not.toBe(512);
});

test('what is done by GDAL alone is left to it', async () => {
  const output = file('cubic.tif');
  await warpRaster(
    { ...common, inputs: [file('hills.tif')], output, resolution: [2000, 2000], resampling: 'cubic' },
    { native: 'never' },
  );
  expect((await read(output)).form.nodata).toBe(-9999);
});

test('what cannot be read is named by GDAL', async () => {
  const options = { ...common, inputs: [file('none.tif')], output: file('nothing.tif') };
  const failing = warpRaster(
    { ...options, bounds: [400_000, 6_110_000, 430_000, 6_140_000], size: [100, 100] },
    { native: 'never' },
  );
  await expect(failing).rejects.toBeInstanceOf(GdalError);
});

test('it says how far it is, and ends when it is aborted, leaving nothing', async () => {
  const controller = new AbortController();
  const fractions: number[] = [];
  const output = file('large.tif');
  const run = warpRaster(
    {
      ...common,
      inputs: [file('hills.tif')],
      output,
      bounds: [400_000, 6_110_000, 460_000, 6_170_000],
      size: [1500, 1500],
    },
    {
      native: 'never',
      signal: controller.signal,
      onProgress: (fraction) => {
        fractions.push(fraction);
        if (fraction > 0.5) controller.abort(new Error('enough'));
      },
    },
  );
  await expect(run).rejects.toThrow('enough');
  expect(fractions.length).toBeGreaterThan(2);
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  expect(existsSync(output)).toBe(false);
});
