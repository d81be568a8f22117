import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Pixels of a picture's longer side at most. Those of many colours take 150 kB then, those of few classes little. */
const LONG_SIDE = { many: 320, few: 420 };

/** Values and the colours that stand for them; what lies between is blended. */
const RAMPS = {
  ndvi: [
    '-0.3 40 70 130',
    '0 200 190 160',
    '0.2 230 220 170',
    '0.4 170 200 90',
    '0.7 60 140 50',
    '0.9 10 80 30',
  ],
  ndwi: ['-0.8 90 120 50', '-0.4 190 190 120', '0 235 235 215', '0.2 110 170 220', '0.6 20 70 160'],
  slope: ['0 250 250 240', '10 250 220 130', '25 230 120 50', '45 120 20 30', '70 40 0 20'],
  aspect: ['0 220 60 60', '90 230 210 70', '180 70 170 90', '270 70 110 220', '360 220 60 60'],
};

/** The classes of clouds, in the colours of each slice. */
const SLICES = [
  [132, 160, 96],
  [196, 160, 92],
  [108, 156, 170],
  [176, 128, 160],
] as const;

export async function drawPhoto(png: string, to: string): Promise<void> {
  await inScratch(async () => await finish(png, to, 'many'));
}

export async function drawGrey(raster: string, to: string): Promise<void> {
  await inScratch(async (scratch) => {
    const ramp = await rampFile(scratch, ['1 1 1 1', '255 255 255 255']);
    await gdal('gdaldem', 'color-relief', '-alpha', '-q', raster, ramp, scratch('grey.tif'));
    await finish(scratch('grey.tif'), to, 'many');
  });
}

export async function drawRamp(
  pieces: readonly string[],
  band: number,
  name: keyof typeof RAMPS,
  to: string,
): Promise<void> {
  await inScratch(async (scratch) => {
    await gdal('gdalbuildvrt', '-q', scratch('whole.vrt'), ...pieces);
    const ramp = await rampFile(scratch, RAMPS[name]);
    const onBand = ['-alpha', '-q', '-b', String(band)];
    await gdal('gdaldem', 'color-relief', ...onBand, scratch('whole.vrt'), ramp, scratch('coloured.tif'));
    await finish(scratch('coloured.tif'), to, 'many');
  });
}

/** In the colours that the rasters have themselves. */
export async function drawClasses(pieces: readonly string[], to: string): Promise<void> {
  await inScratch(async (scratch) => {
    await gdal('gdalbuildvrt', '-q', scratch('whole.vrt'), ...pieces);
    await gdal('gdal_translate', '-q', '-expand', 'rgba', scratch('whole.vrt'), scratch('coloured.tif'));
    await finish(scratch('coloured.tif'), to, 'few');
  });
}

export async function drawSlices(pieces: readonly string[], to: string): Promise<void> {
  await inScratch(async (scratch) => {
    for (const [index, piece] of pieces.entries()) {
      const own = SLICES[index % SLICES.length]!;
      const shade = (by: number): string => own.map((part) => Math.round(Math.min(255, part * by))).join(' ');
      const ramp = await rampFile(scratch, [
        `0 ${shade(1)}`,
        `1 ${shade(0.5)}`,
        `2 ${shade(1.45)}`,
        `3 ${shade(1.2)}`,
      ]);
      await gdal('gdaldem', 'color-relief', '-alpha', '-q', piece, ramp, scratch(`${index}.tif`));
    }
    const coloured = pieces.map((_, index) => scratch(`${index}.tif`));
    await gdal('gdalbuildvrt', '-q', scratch('whole.vrt'), ...coloured);
    await finish(scratch('whole.vrt'), to, 'few');
  });
}

/** Lines over a hillshade. */
export async function drawContours(hillshade: string, contours: string, to: string): Promise<void> {
  await inScratch(async (scratch) => {
    const [lines, picture] = [scratch('lines.gpkg'), scratch('picture.tif')];
    const ramp = await rampFile(scratch, ['1 120 120 120', '255 255 255 255']);
    await gdal('gdaldem', 'color-relief', '-alpha', '-q', hillshade, ramp, picture);
    const { stdout } = await execute('gdalsrsinfo', ['-o', 'wkt2', hillshade]);
    await gdal('ogr2ogr', '-t_srs', stdout.trim(), '-nln', 'lines', lines, contours);
    const brown = [130, 70, 30, 255].flatMap((value, band) => ['-b', `${band + 1}`, '-burn', `${value}`]);
    await gdal('gdal_rasterize', '-q', ...brown, lines, picture);
    await finish(picture, to, 'many');
  });
}

/** Writes the PNG, no larger than it may be; one of few classes is made larger by a whole number. */
async function finish(from: string, to: string, colours: keyof typeof LONG_SIDE): Promise<void> {
  const { stdout } = await execute('gdalinfo', ['-json', from]);
  const [width, height] = (JSON.parse(stdout) as { size: [number, number] }).size;
  const scale = LONG_SIDE[colours] / Math.max(width, height);
  const by = scale < 1 ? scale : colours === 'few' ? Math.floor(scale) : 1;
  const size = [width, height].map((side) => String(Math.max(1, Math.round(side * by))));
  const resampling = colours === 'few' ? 'nearest' : 'average';
  const png = ['-of', 'PNG', '-co', 'ZLEVEL=9', '-r', resampling, '-outsize', ...size];
  await gdal('gdal_translate', '-q', ...png, '--config', 'GDAL_PAM_ENABLED', 'NO', from, to);
}

async function rampFile(scratch: (name: string) => string, lines: readonly string[]): Promise<string> {
  const path = scratch('ramp.txt');
  await writeFile(path, [...lines, 'nv 0 0 0 0'].join('\n'));
  return path;
}

async function gdal(program: string, ...args: readonly string[]): Promise<void> {
  await execute(program, args);
}

async function inScratch(work: (scratch: (name: string) => string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'fusion-pictures-'));
  try {
    await work((name) => join(folder, name));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
