import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

import { fromFile } from 'geotiff';
import { beforeAll, describe, expect, test } from 'vitest';

import { temporaryFolder } from '../../test/support/files.ts';
import { gdalInfo, nativeAbsent } from '../../test/support/gdal.ts';
import { runGdal, translate } from '../gdal/index.ts';
import { openRaster, validateCog, writeCog, writeGeoTiff } from '../raster/index.ts';
import type { RasterData, TypedArray } from '../raster/index.ts';
import { calculate } from './calculate.ts';
import type { CalcBand } from './calculate.ts';
import { metadataOf } from './raster-metadata.ts';
import { StatisticsAccumulator } from './statistics-accumulator.ts';

const file = temporaryFolder();
const run = promisify(execFile);
const validator = ['-m', 'osgeo_utils.samples.validate_cloud_optimized_geotiff'];
const outside = await run('/usr/bin/python3', [...validator, '--help']).then(
  () => true,
  ({ code }: { code: unknown }) => code !== 'ENOENT' && code !== 1,
);

const [WIDTH, HEIGHT] = [1300, 1100];
const place = { width: WIDTH, height: HEIGHT, bounds: [500_000, 5_000_000, 513_000, 5_011_000] as const };
const a = Uint16Array.from({ length: WIDTH * HEIGHT }, (_, index) => (index * 7919) % 10_007);
const b = Uint16Array.from({ length: WIDTH * HEIGHT }, (_, index) => (index * 104_729) % 9_973);

beforeAll(async () => {
  const common = { ...place, crs: 'EPSG:32630', nodata: 0 };
  await writeGeoTiff(file('a-plain.tif'), { ...common, data: a });
  await writeGeoTiff(file('b.tif'), { ...common, data: b });
  await writeCog({ input: file('a-plain.tif'), output: file('a.tif'), resampling: 'near' });
});

const difference: CalcBand['calculate'] = ([x, y], output, { nodata }) => {
  for (let index = 0; index < output.length; index++) {
    const [p, q] = [x?.[index] ?? Number.NaN, y?.[index] ?? Number.NaN];
    output[index] = p === nodata[0] || q === nodata[1] ? Number.NaN : (p - q) / (p + q);
  }
};

const expected = Float32Array.from(a, (p, index) => ratio(p, b[index] as number));
function ratio(p: number, q: number): number {
  return p === 0 || q === 0 ? -9999 : (p - q) / (p + q);
}

async function make(name: string, band: Partial<CalcBand> = {}): Promise<string> {
  const sources = [{ path: file('a.tif') }, { path: file('b.tif') }];
  const output = file(name);
  await calculate({
    output,
    bands: [{ name: 'Difference', sources, calculate: difference, ...band }],
    dataType: 'float32',
    nodata: -9999,
    reduction: 'average',
  });
  return output;
}

interface Read {
  readonly bands: TypedArray[];
  readonly width: number;
  readonly bounds: number[];
}

async function read(path: string, image = 0): Promise<Read> {
  const tiff = await fromFile(path);
  try {
    const chosen = await tiff.getImage(image);
    const bands = (await chosen.readRasters({ interleave: false })) as unknown as TypedArray[];
    return {
      bands: [...bands],
      width: chosen.getWidth(),
      bounds: image === 0 ? chosen.getBoundingBox() : [],
    };
  } finally {
    await tiff.close();
  }
}

test('every pixel is worked out, on the grid of the sources', async () => {
  const { bands, width, bounds } = await read(await make('difference.tif'));
  expect(width).toBe(WIDTH);
  expect(bounds).toEqual([...place.bounds]);
  expect(bands[0]).toEqual(expected);
});

test('the output is a Cloud Optimised GeoTIFF by the rules of the format', async () => {
  expect(await validateCog(await make('valid.tif'))).toEqual({ errors: [], warnings: [] });
});

test.skipIf(!outside)(
  "GDAL's own validator agrees (skipped where python3-gdal is not installed)",
  async () => {
    const path = await make('outside.tif');
    const { stdout } = await run('/usr/bin/python3', [...validator, path]);
    expect(stdout).toContain('is a valid cloud optimized GeoTIFF');
  },
);

test.skipIf(nativeAbsent)(
  'GDAL reads its values, overviews and name (skipped without native GDAL)',
  async () => {
    const path = await make('gdal.tif', { unit: '1' });
    const copy = file('gdal-copy.tif');
    await runGdal(translate({ input: path, output: copy, format: 'GTiff' }), { native: 'always' });
    expect((await read(copy)).bands[0]).toEqual(expected);
    const { stdout } = await run('gdalinfo', ['-json', path]);
    expect(JSON.parse(stdout)).toMatchObject({
      metadata: { IMAGE_STRUCTURE: { COMPRESSION: 'DEFLATE', PREDICTOR: '3' } },
      bands: [
        {
          description: 'Difference',
          unit: '1',
          noDataValue: -9999,
          overviews: [{ size: [650, 550] }, { size: [325, 275] }],
        },
      ],
    });
  },
);

test('an overview pixel is the average of those with a value among its four', async () => {
  const { bands, width } = await read(await make('averaged.tif'), 1);
  expect(width).toBe(WIDTH / 2);
  for (const pixel of [0, 1, 649, 650, 200_123]) {
    const [column, row] = [pixel % width, Math.floor(pixel / width)];
    const four = [0, 1, WIDTH, WIDTH + 1]
      .map((offset) => expected[2 * row * WIDTH + 2 * column + offset] as number)
      .filter((value) => value !== -9999);
    expect(bands[0]?.[pixel]).toBeCloseTo(four.reduce((sum, value) => sum + value, 0) / four.length, 6);
  }
});

describe('classes', () => {
  const classes = Uint8Array.from(a, (value) => (value === 0 ? 255 : value % 3));
  const makeClasses = async (): Promise<string> => {
    const output = file('classes.tif');
    const bands: CalcBand[] = [
      {
        name: 'Class',
        sources: [{ path: file('a.tif') }],
        calculate: ([x], out) => {
          for (let index = 0; index < out.length; index++)
            out[index] = x?.[index] === 0 ? 255 : (x?.[index] ?? 0) % 3;
        },
      },
    ];
    await calculate({
      output,
      bands,
      dataType: 'uint8',
      nodata: 255,
      reduction: 'mode',
      colours: [
        [255, 0, 0],
        [0, 255, 0],
        [0, 0, 255],
      ],
    });
    return output;
  };

  test('keep their numbers, and overviews show the most frequent one', async () => {
    const path = await makeClasses();
    expect((await read(path)).bands[0]).toEqual(classes);
    const { bands, width } = await read(path, 1);
    for (let pixel = 0; pixel < 2000; pixel++) {
      const [column, row] = [pixel % width, Math.floor(pixel / width)];
      const four = [0, 1, WIDTH, WIDTH + 1].map((offset) => classes[2 * row * WIDTH + 2 * column + offset]);
      const votes = four.filter((value) => value === bands[0]?.[pixel]).length;
      const most = Math.max(...[0, 1, 2].map((one) => four.filter((value) => value === one).length));
      expect(votes).toBe(most);
    }
  });

  test.skipIf(nativeAbsent)('have colours (skipped without native GDAL)', async () => {
    const { stdout } = await run('gdalinfo', ['-json', await makeClasses()]);
    const { bands } = JSON.parse(stdout) as { bands: { colorTable: { entries: number[][] } }[] };
    expect(bands[0]?.colorTable.entries.slice(0, 3)).toEqual([
      [255, 0, 0, 255],
      [0, 255, 0, 255],
      [0, 0, 255, 255],
    ]);
  });
});

test('bands of coarser pixels count where the middle of a pixel lies in them, what lies outside is no data', async () => {
  const coarse: RasterData = {
    width: 600,
    height: 550,
    crs: 'EPSG:32630',
    nodata: 0,
    bounds: [500_000, 5_000_000, 512_000, 5_011_000],
    data: Uint16Array.from({ length: 330_000 }, (_, index) => 1 + (index % 5000)),
  };
  await writeGeoTiff(file('coarse.tif'), coarse);
  const output = await make('mixed.tif', {
    sources: [{ path: file('coarse.tif') }, { path: file('a.tif') }],
    calculate: ([x], out, { nodata }) => {
      for (let index = 0; index < out.length; index++)
        out[index] = x?.[index] === nodata[0] ? Number.NaN : (x?.[index] ?? 0);
    },
  });
  const { bands, width } = await read(output);
  expect(width).toBe(WIDTH);
  const at = (column: number, row: number): number | undefined => bands[0]?.[row * WIDTH + column];
  const own = (column: number, row: number): number =>
    (coarse.data as Uint16Array)[Math.floor(row / 2) * 600 + Math.floor(column / 2)] as number;
  for (const [column, row] of [
    [0, 0],
    [1, 1],
    [1199, 1099],
    [777, 512],
    [3, 1023],
  ] as const)
    expect(at(column, row), `column ${column}, row ${row}`).toBe(own(column, row));
  expect([at(1200, 0), at(1299, 1099)]).toEqual([-9999, -9999]);
});

test('pixels around those of the output are given where they are asked for, beyond the source no data', async () => {
  // Of a raster that reaches two columns and one row further to the north-west, but not to the south-east.
  const part: RasterData = {
    width: WIDTH - 2,
    height: HEIGHT - 1,
    crs: 'EPSG:32630',
    nodata: 0,
    bounds: [500_020, 5_000_000, 513_000, 5_010_990],
    data: new Uint16Array((WIDTH - 2) * (HEIGHT - 1)).fill(1),
  };
  await writeGeoTiff(file('part.tif'), part);
  const output = await make('around.tif', {
    sources: [{ path: file('part.tif') }, { path: file('a.tif'), around: 1 }],
    calculate: ([, around], out, { grid, width, height }) => {
      expect(around?.length).toBe((width + 2) * (height + 2));
      expect([grid.width, grid.height, grid.bounds[0]]).toEqual([WIDTH - 2, HEIGHT - 1, 500_020]);
      for (let pixel = 0; pixel < out.length; pixel++) {
        const [column, row] = [pixel % width, Math.floor(pixel / width)];
        const northWest = around?.[row * (width + 2) + column] as number;
        const southEast = around?.[(row + 2) * (width + 2) + column + 2] as number;
        out[pixel] = northWest - southEast;
      }
    },
  });
  const { bands, width } = await read(output);
  const value = (column: number, row: number): number =>
    column < WIDTH && row < HEIGHT ? (a[row * WIDTH + column] as number) : 0;
  for (const [column, row] of [
    [0, 0],
    [1297, 0],
    [0, 1098],
    [1297, 1098],
    [600, 510],
    [600, 511],
    [600, 512],
    [600, 1023],
    [600, 1024],
  ] as const)
    expect(bands[0]?.[row * width + column], `column ${column}, row ${row}`).toBe(
      value(column + 1, row) - value(column + 3, row + 2),
    );
});

test('statistics that a band has once it is finished are in the file, as GDAL keeps them', async () => {
  const tally = new StatisticsAccumulator('Difference', [-1, 1]);
  const output = await make('counted.tif', {
    calculate: (inputs, out, rows) => {
      difference(inputs, out, rows);
      tally.add(out, -9999);
    },
    statistics: () => tally.row,
  });
  const tiff = await fromFile(output);
  const metadata = await (await tiff.getImage()).getGDALMetadata(0);
  await tiff.close();
  const valid = expected.filter((value) => value !== -9999);
  expect(Number(metadata?.['STATISTICS_MINIMUM'])).toBe(
    valid.reduce((least, value) => Math.min(least, value)),
  );
  expect(Number(metadata?.['STATISTICS_MEAN'])).toBeCloseTo(
    valid.reduce((sum, value) => sum + value, 0) / valid.length,
    9,
  );
  expect(Number(metadata?.['STATISTICS_VALID_PERCENT'])).toBeCloseTo(
    (100 * valid.length) / expected.length,
    2,
  );
});

test('bands follow one another, each from sources of its own', async () => {
  const copy = (path: string): CalcBand => ({
    name: `Copy of ${path} <&>`,
    sources: [{ path: file(path) }],
    calculate: ([x], out) => out.set(x as Uint16Array),
  });
  const output = file('two.tif');
  await calculate({
    output,
    bands: [copy('a.tif'), copy('b.tif')],
    dataType: 'uint16',
    nodata: 0,
    reduction: 'average',
  });
  expect((await read(output)).bands).toEqual([a, b]);
  expect(await validateCog(output)).toEqual({ errors: [], warnings: [] });
  const { raster, close } = await openRaster(output, { fileName: 'two.tif' });
  expect(await metadataOf(raster, 2)).toMatchObject({ DESCRIPTION: 'Copy of b.tif <&>' });
  await close();
  if (nativeAbsent) return;
  const { bands } = await gdalInfo(output);
  expect(bands.map(({ description }) => description)).toEqual(['Copy of a.tif <&>', 'Copy of b.tif <&>']);
});

test('a raster in another coordinate system is refused, and nothing is left behind', async () => {
  await writeGeoTiff(file('other.tif'), { ...place, crs: 'EPSG:32631', data: a });
  const sources = [{ path: file('a.tif') }, { path: file('other.tif') }];
  await expect(make('refused.tif', { sources })).rejects.toThrow(
    'a.tif and other.tif are in different coordinate systems. Warp one of them first',
  );
  await expect(make('no-band.tif', { sources: [{ path: file('a.tif'), band: 2 }] })).rejects.toThrow(
    'a.tif has no band 2, only 1',
  );
  const left = await readdir(dirname(file('a.tif')));
  expect(left.filter((name) => /refused|no-band|partial|tiles/.test(name))).toEqual([]);
});

test('it stops when told to, and when the calculation fails', async () => {
  const stop = new AbortController();
  const bands: CalcBand[] = [
    { name: 'Stopped', sources: [{ path: file('a.tif') }], calculate: () => stop.abort(new Error('enough')) },
  ];
  const options = { bands, dataType: 'float32', nodata: -1, reduction: 'average' } as const;
  await expect(calculate({ ...options, output: file('stopped.tif'), signal: stop.signal })).rejects.toThrow(
    'enough',
  );
  const failing = (): never => {
    throw new TypeError('of its own');
  };
  await expect(make('failed.tif', { calculate: failing })).rejects.toThrow(new TypeError('of its own'));
  expect(await readdir(dirname(file('a.tif')))).not.toContain('stopped.tif');
});
