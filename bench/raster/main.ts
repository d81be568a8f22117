/** How long rasters take, side by side with GDAL's own programs: NDVI of a tile, a DEM clipped and warped. */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { spreadOf, told } from '../statistics.ts';
import { tellTargets } from '../targets.ts';
import { apart, gdalCalc, has, ours, theirs } from './measure.ts';
import type { OurRun } from './measure.ts';
import { writeBands, writeDem } from './prepare.ts';

/** What the project promises: times GDAL's, megabytes, and the dearest pixel beside the cheapest. */
const targets = { native: 1, without: 1.5, peakMb: 512, flat: 1.25 };
const FULL = 10_980;

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, side: { type: 'string', default: String(FULL) } },
});
const rounds = Number(values.rounds);
const side = Number(values.side);
if (!(Number.isInteger(rounds) && rounds >= 1 && Number.isInteger(side) && side >= 1000))
  throw new Error('--rounds takes a number from 1, --side one from 1000');
if (!((await has('gdal_calc.py')) && (await has('gdalwarp'))))
  throw new Error('gdal_calc.py and gdalwarp are needed to compare with (Debian: gdal-bin, python3-gdal)');

const judged: (readonly [string, boolean])[] = [];
const folder = await mkdtemp(join(tmpdir(), 'bench-raster-'));
const path = (name: string): string => join(folder, name);
try {
  console.log(`Node ${process.version}, ${availableParallelism()} cores, ${rounds} rounds`);
  await compareNdvi();
  await compareSizes();
  await compareWarp();
} finally {
  await rm(folder, { recursive: true });
}
tellTargets(judged);

/** Each in turn, and whoever began a round comes last in the next. */
async function inTurns(tasks: readonly (() => Promise<void>)[]): Promise<void> {
  for (let round = 0; round < rounds; round += 1)
    for (let turn = 0; turn < tasks.length; turn += 1) await tasks[(round + turn) % tasks.length]?.();
}

function ratios(own: readonly OurRun[], other: readonly number[]): number[] {
  return own.map(({ seconds }, round) => seconds / (other[round] ?? Number.NaN));
}

async function compareNdvi(): Promise<void> {
  const { red, nir } = await writeBands(folder, side);
  const [native, without]: [OurRun[], OurRun[]] = [[], []];
  const [compressed, plain]: [number[], number[]] = [[], []];
  await inTurns([
    async () => void native.push(await ours(true, 'ndvi', path('native.tif'), nir, red)),
    async () => void compressed.push(await gdalCalc(path('compressed.tif'), nir, red, false)),
    async () => void without.push(await ours(false, 'ndvi', path('without.tif'), nir, red)),
    async () => void plain.push(await gdalCalc(path('plain.tif'), nir, red, true)),
  ]);
  const seconds = (runs: readonly OurRun[]): string =>
    told(spreadOf(runs.map((one) => one.seconds)), ' s', 1);
  console.log(
    `NDVI of ${side} x ${side} pixels, ours to a COG with overviews: ${seconds(native)}, without GDAL ${seconds(without)}`,
  );
  console.log(
    `gdal_calc.py, tiled and compressed alike, without overviews: ${told(spreadOf(compressed), ' s', 1)}`,
  );
  console.log(`gdal_calc.py, neither tiled nor compressed: ${told(spreadOf(plain), ' s', 1)}`);
  const [withGdal, withoutGdal] = [native, without].map((runs) => spreadOf(ratios(runs, compressed)));
  const peak = spreadOf([...native, ...without].map(({ peakMb }) => peakMb));
  const difference = Math.max(
    await apart(path('native.tif'), path('compressed.tif'), path('difference.tif')),
    await apart(path('without.tif'), path('compressed.tif'), path('difference.tif')),
  );
  judged.push(
    [
      `NDVI with GDAL installed: ${told(withGdal!)} times gdal_calc.py, at most ${targets.native}`,
      withGdal!.median <= targets.native,
    ],
    [
      `NDVI without: ${told(withoutGdal!)} times gdal_calc.py, at most ${targets.without}`,
      withoutGdal!.median <= targets.without,
    ],
    [`peak memory: ${told(peak, ' MB', 0)}, under ${targets.peakMb}`, peak.most < targets.peakMb],
    [`NDVI differs by ${difference}, at most 1e-6`, difference <= 1e-6],
  );
}

async function compareSizes(): Promise<void> {
  const costs: number[] = [];
  for (const pixels of [1000, 2745, 5490, side]) {
    const { red, nir } = await writeBands(folder, pixels);
    const runs: number[] = [];
    for (let round = 0; round < Math.min(3, rounds); round += 1)
      runs.push((await ours(true, 'ndvi', path('size.tif'), nir, red)).workSeconds);
    const cost = (spreadOf(runs).median / pixels ** 2) * 1e9;
    costs.push(cost);
    console.log(`${pixels} x ${pixels} pixels: ${cost.toFixed(0)} ns a pixel`);
  }
  const [largest, least] = [costs.at(-1) ?? Number.NaN, Math.min(...costs)];
  judged.push([
    `cost of a pixel of the largest raster: ${(largest / least).toFixed(2)} times the least, at most ${targets.flat}`,
    largest <= targets.flat * least,
  ]);
}

async function compareWarp(): Promise<void> {
  const { dem, region } = await writeDem(folder);
  const [native, without]: [OurRun[], OurRun[]] = [[], []];
  const gdal: number[] = [];
  const grid = ['-t_srs', 'EPSG:32630', '-tr', '30', '30', '-tap', '-r', 'bilinear', '-dstnodata', '-9999'];
  const form = ['-overwrite', '-q', '-co', 'TILED=YES', '-co', 'COMPRESS=DEFLATE'];
  const cut = ['-cutline', region, '-crop_to_cutline'];
  await inTurns([
    async () => void native.push(await ours(true, 'warp', path('warped.tif'), dem, region, 'native')),
    async () =>
      void gdal.push(await theirs('gdalwarp', ...form, ...grid, ...cut, dem, path('reference.tif'))),
    async () => void without.push(await ours(false, 'warp', path('wasm.tif'), dem, region, 'wasm')),
  ]);
  console.log(`DEM of 3600 x 3600 pixels clipped and warped by gdalwarp: ${told(spreadOf(gdal), ' s')}`);
  const work = (runs: readonly OurRun[]): number[] =>
    runs.map(({ workSeconds }, round) => workSeconds / (gdal[round] ?? Number.NaN));
  const [withGdal, withoutGdal] = [native, without].map((runs) => spreadOf(work(runs)));
  const peak = spreadOf(without.map(({ peakMb }) => peakMb));
  judged.push(
    [
      `clip and warp with GDAL installed: ${told(withGdal!)} times gdalwarp, at most ${targets.native}`,
      withGdal!.median <= targets.native,
    ],
    [
      `clip and warp without: ${told(withoutGdal!)} times gdalwarp, at most ${targets.without}`,
      withoutGdal!.median <= targets.without,
    ],
    [`peak memory without: ${told(peak, ' MB', 0)}, under ${targets.peakMb}`, peak.most < targets.peakMb],
  );
}
