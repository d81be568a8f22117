import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

import { beforeAll, describe, expect, test } from 'vitest';

import { temporaryFolder } from '../../test/support/files.ts';
import { nativeAbsent } from '../../test/support/gdal.ts';
import { itemFaults } from '../../test/support/stac-schemas.ts';
import { analyse, analyseInChild } from '../analysis/index.ts';
import type { Analysis, AnalysisError } from '../findings/index.ts';
import { stacItem } from '../stac/index.ts';
import { writeGeoTiff } from './write-geotiff.ts';

const file = temporaryFolder();
const run = promisify(execFile);
const [WIDTH, HEIGHT, NODATA] = [83, 71, 7];

interface Kind {
  readonly type?: string;
  /** Creation options of GDAL's GeoTIFF, in words. */
  readonly options: string;
  /** Further arguments of gdal_translate, in words. */
  readonly args?: string;
  /** Not all builds of GDAL can unpack it: WebAssembly cannot, nor can the platform where that is all there is. */
  readonly rare?: boolean;
}

const kinds: Kind[] = [
  ...['NONE', 'LZW', 'DEFLATE', 'PACKBITS', 'ZSTD', 'LERC'].map((pack) => ({ options: `COMPRESS=${pack}` })),
  ...['Byte', 'UInt16', 'Int16', 'UInt32', 'Int32', 'Float32', 'Float64'].flatMap((type) =>
    ['LZW', 'DEFLATE', 'ZSTD'].flatMap((pack) => [
      { type, options: `COMPRESS=${pack} PREDICTOR=2` },
      { type, options: `COMPRESS=${pack} PREDICTOR=2 INTERLEAVE=BAND TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=16` },
    ]),
  ),
  ...['Float32', 'Float64'].flatMap((type) => [
    { type, options: 'COMPRESS=DEFLATE PREDICTOR=3' },
    { type, options: 'COMPRESS=LZW PREDICTOR=3 INTERLEAVE=BAND BLOCKYSIZE=5' },
  ]),
  ...['UInt16', 'Int32', 'Float32', 'Float64'].flatMap((type) => [
    { type, options: 'ENDIANNESS=BIG BLOCKYSIZE=1' },
    { type, options: 'ENDIANNESS=BIG COMPRESS=DEFLATE PREDICTOR=2 TILED=YES BLOCKXSIZE=16 BLOCKYSIZE=16' },
  ]),
  ...['Int64', 'UInt64'].flatMap((type) => [
    { type, options: 'COMPRESS=DEFLATE' },
    { type, options: 'COMPRESS=LZW PREDICTOR=2 TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=16' },
    { type, options: 'ENDIANNESS=BIG INTERLEAVE=BAND' },
    { type, options: 'COMPRESS=ZSTD PREDICTOR=2' },
  ]),
  ...[1, 2, 4, 7].map((bits) => ({ options: `NBITS=${bits} COMPRESS=LZW`, args: '-scale 0 255 0 1' })),
  ...[9, 12, 15].map((bits) => ({ type: 'UInt16', options: `NBITS=${bits} COMPRESS=DEFLATE` })),
  { type: 'Float32', options: 'NBITS=16' },
  { type: 'Float32', options: 'NBITS=24 COMPRESS=DEFLATE' },
  { options: 'PHOTOMETRIC=MINISWHITE', args: '-b 1' },
  { options: 'PHOTOMETRIC=CMYK', args: '-b 1 -b 2 -b 3 -b 1' },
  { options: 'BIGTIFF=YES COMPRESS=LZW TILED=YES' },
  { options: 'COMPRESS=CCITTFAX4 NBITS=1', args: '-b 1' },
  { options: 'COMPRESS=CCITTRLE NBITS=1', args: '-b 1' },
  { options: 'COMPRESS=LZMA', rare: true },
  { options: 'COMPRESS=WEBP WEBP_LOSSLESS=YES', rare: true },
  { options: 'COMPRESS=JPEG', args: '-b 1' },
  { options: 'COMPRESS=JPEG PHOTOMETRIC=RGB' },
  { options: 'COMPRESS=JPEG PHOTOMETRIC=YCBCR TILED=YES BLOCKXSIZE=32 BLOCKYSIZE=32' },
  { options: 'COMPRESS=JPEG PHOTOMETRIC=YCBCR BLOCKYSIZE=16' },
  { options: 'COMPRESS=JPEG INTERLEAVE=BAND TILED=YES', rare: true },
];

/** The bands with columns of zeros. */
let holes: Uint8Array[] = [];

beforeAll(async () => {
  const bands = [3, 5, 11].map((step) =>
    Uint8Array.from({ length: WIDTH * HEIGHT }, (_, at) => {
      const [x, y] = [at % WIDTH, Math.floor(at / WIDTH)];
      return Math.round(120 + 100 * Math.sin(x / step) * Math.cos(y / 9));
    }),
  );
  const size = { width: WIDTH, height: HEIGHT, bounds: [4, 50, 4.83, 50.71] as const, crs: 'EPSG:4326' };
  await writeGeoTiff(file('base.tif'), { ...size, data: bands, nodata: NODATA });
  holes = bands.map((values) => values.map((value, at) => (at % WIDTH < 30 ? 0 : value)));
  await writeGeoTiff(file('mask-source.tif'), { ...size, data: holes });
});

interface Bands {
  readonly bands: readonly {
    readonly metadata: Readonly<Record<string, Readonly<Record<string, string>>>>;
  }[];
}

/** Minimum, maximum, mean, standard deviation and percent counted of each band. */
async function byGdal(path: string): Promise<number[][]> {
  const quiet = ['--config', 'GDAL_PAM_ENABLED', 'NO'];
  const { bands } = JSON.parse((await run('gdalinfo', ['-json', '-stats', ...quiet, path])).stdout) as Bands;
  return bands.map(({ metadata }) =>
    ['MINIMUM', 'MAXIMUM', 'MEAN', 'STDDEV', 'VALID_PERCENT'].map((name) =>
      Number(metadata['']?.[`STATISTICS_${name}`]),
    ),
  );
}

function byUs({ stac }: Analysis): number[][] {
  return (stac.bands ?? []).map(({ statistics }) =>
    statistics === null
      ? []
      : [statistics.minimum, statistics.maximum, statistics.mean, statistics.stddev, statistics.validPercent],
  );
}

async function make({ type = 'Byte', options, args = '' }: Kind, name: string): Promise<string> {
  const path = file(name);
  const creation = options.split(' ').flatMap((option) => ['-co', option]);
  const rest = args === '' ? [] : args.split(' ');
  await run('gdal_translate', ['-q', '-ot', type, ...rest, ...creation, file('base.tif'), path]);
  return path;
}

/** All take most of a minute: `npm test` looks at every fourth, the long form at each. */
const taken = kinds.filter((_, index) => Boolean(process.env['FUSION_TEST_LONG']) || index % 4 === 0);

describe.skipIf(nativeAbsent)('every kind of TIFF (skipped where GDAL is absent)', () => {
  test.each(taken.map((kind) => [`${kind.type ?? 'Byte'} ${kind.options}`, kind] as const))(
    '%s has the size, place and statistics that GDAL finds',
    async (name, kind) => {
      const path = await make(kind, `${name.replaceAll(/\W/g, '_')}.tif`);
      const found = await analyse(path, { fileName: 'kind.tif', fileType: 'GeoTIFF' });
      const theirs = await byGdal(path);
      const ours = byUs(found);
      expect(found.stac.shape).toEqual([HEIGHT, WIDTH]);
      expect(found.bounds?.map((edge) => Math.round(edge * 1e6) / 1e6)).toEqual([4, 50, 4.83, 50.71]);
      expect(ours.length).toBe(theirs.length);
      for (const [band, numbers] of theirs.entries())
        for (const [index, number] of numbers.entries())
          expect(Math.abs((ours[band]?.[index] ?? Number.NaN) - number)).toBeLessThan(
            index === 4 ? 0.006 : 1e-6,
          );
    },
  );

  test.each([
    ['-mask 1', 0],
    ['-b 1 -b 3 -mask 2', 1],
    ['-b 1 -mask 3', 2],
  ] as const)('a mask made by %s hides what it has of zeros', async (words, mask) => {
    const path = file('masked.tif');
    const args = ['-q', ...words.split(' '), '--config', 'GDAL_TIFF_INTERNAL_MASK', 'YES'];
    await run('gdal_translate', [...args, file('mask-source.tif'), path]);
    const { stac } = await analyse(path, { fileName: 'masked.tif', fileType: 'GeoTIFF' });
    const shown = holes[mask]!.filter((value) => value !== 0).length;
    for (const band of stac.bands ?? [])
      expect(band.statistics?.validPercent).toBeCloseTo((100 * shown) / (WIDTH * HEIGHT), 9);
    expect(shown).toBeGreaterThan(1000);
  });

  test('what a band says of its numbers and colours is told in the selector and the STAC item', async () => {
    const path = file('told.vrt');
    const args = ['-of', 'VRT', '-b', '1', '-a_scale', '0.0001', '-a_offset', '-0.1', '-a_nodata', '7'];
    await run('gdal_translate', ['-q', ...args, file('base.tif'), path]);
    const table = ['10,20,30', '255,0,128'].map((colour) => {
      const [c1, c2, c3] = colour.split(',');
      return `<Entry c1="${c1}" c2="${c2}" c3="${c3}" c4="255"/>`;
    });
    const vrt = await readFile(path, 'utf8');
    await writeFile(
      path,
      vrt.replace(
        '<ColorInterp>Gray</ColorInterp>',
        `<ColorInterp>Palette</ColorInterp><ColorTable>${table.join('')}</ColorTable>`,
      ),
    );
    await run('gdal_translate', ['-q', path, file('told.tif')]);
    const analysis = await analyse(file('told.tif'), { fileName: 'told.tif', fileType: 'GeoTIFF' });
    const [selector] = analysis.selectors ?? [];
    expect(selector).toMatchObject({ nodata: '7', scale: 0.0001, offset: -0.1 });
    expect(selector?.colours?.slice(0, 2)).toEqual(['#0a141e', '#ff0080']);
    const item = stacItem({
      id: 'told',
      datetime: new Date(0),
      analysis,
      fileName: 'told.tif',
      href: './told.tif',
    });
    const { bands } = item.assets['data'] as unknown as { bands: Record<string, unknown>[] };
    const [band] = bands;
    expect(band).toMatchObject({ nodata: 7, 'raster:scale': 0.0001, 'raster:offset': -0.1 });
    expect(band?.['fusion:colours']).toHaveLength(256);
    expect(itemFaults(item)).toEqual([]);
  });

  const some = kinds.filter(({ type = 'Byte', options }) =>
    new RegExp(
      [
        '^UInt16 ENDIANNESS=BIG COMPRESS',
        'NBITS=12',
        'FAX4',
        'YCBCR TILED',
        'Byte COMPRESS=(LZMA|ZSTD|LERC)$',
        'INTERLEAVE=BAND TILED=YES$',
      ].join('|'),
    ).test(`${type} ${options}`),
  );
  test.each(some.map((kind) => [kind.options, kind] as const))(
    '%s is read the same where GDAL is not installed, or refused with what it would take',
    async (name, kind) => {
      const { PATH } = process.env;
      const path = await make(kind, `bare-${name.replaceAll(/\W/g, '_')}.tif`);
      const options = { fileName: 'kind.tif', fileType: 'GeoTIFF' };
      const installed = await analyseInChild(path, options);
      process.env['PATH'] = '/nowhere';
      try {
        const bare = await analyseInChild(path, options).catch((error: AnalysisError) => error.code);
        expect(bare).toEqual(kind.rare === true ? 'unsupported' : installed);
      } finally {
        process.env['PATH'] = PATH;
      }
    },
  );
});
