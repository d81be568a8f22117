import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whether GDAL's own programs are there. */
export const gdalAbsent = await run('gdalinfo', ['--version']).then(
  () => undefined,
  () => 'native GDAL is not installed',
);

/** Where the pixels of a raster lie. */
export interface Grid {
  readonly crs: string;
  readonly width: number;
  readonly height: number;
  /** Metres of a pixel's side. */
  readonly pixel: number;
  /** Of the upper left corner. */
  readonly west: number;
  readonly north: number;
}

/** As GDAL tells it. */
export async function gridOf(path: string): Promise<Grid> {
  const { stdout } = await run('gdalinfo', ['-json', path]);
  const told = JSON.parse(stdout) as {
    size: [number, number];
    geoTransform: number[];
    stac: { 'proj:epsg': number };
  };
  const [west = 0, pixel = 0, , north = 0] = told.geoTransform;
  const [width, height] = told.size;
  return { crs: `EPSG:${told.stac['proj:epsg']}`, width, height, pixel, west, north };
}

/** The bytes of a raster's first band, read by GDAL. */
export async function bytesOf(path: string): Promise<Uint8Array> {
  return await inScratch(async (scratch) => {
    const raw = join(scratch, 'raw');
    await run('gdal_translate', ['-q', '-of', 'ENVI', '-ot', 'Byte', '-b', '1', path, raw]);
    return await readFile(raw);
  });
}

/** A raster's first band brought onto a grid by GDAL, the nearest pixel counting. */
export async function bytesOn(grid: Grid, path: string, nodata: number): Promise<Uint8Array> {
  return await inScratch(async (scratch) => {
    const to = join(scratch, 'warped.tif');
    const onGrid = ['-t_srs', grid.crs, ...extent(grid), '-r', 'near', '-dstnodata', String(nodata)];
    await run('gdalwarp', ['-q', ...onGrid, path, to]);
    return await bytesOf(to);
  });
}

/** 1 for each pixel of a grid whose middle lies in a region that was made larger or, below 0, smaller by some metres. */
export async function insideOf(grid: Grid, region: string, metres: number): Promise<Uint8Array> {
  return await inScratch(async (scratch) => {
    const [projected, changed, to] = ['projected.gpkg', 'changed.gpkg', 'inside.tif'].map((name) =>
      join(scratch, name),
    ) as [string, string, string];
    await run('ogr2ogr', ['-t_srs', grid.crs, '-nln', 'region', projected, region]);
    const sql = `select ST_Buffer(geom, ${metres}) as geom from region`;
    await run('ogr2ogr', ['-dialect', 'SQLite', '-sql', sql, '-nln', 'region', changed, projected]);
    await run('gdal_rasterize', ['-q', '-burn', '1', '-ot', 'Byte', ...extent(grid), changed, to]);
    return await bytesOf(to);
  });
}

function extent({ west, north, width, height, pixel }: Grid): string[] {
  const bounds = [west, north - height * pixel, west + width * pixel, north];
  return ['-te', ...bounds.map(String), '-ts', String(width), String(height)];
}

async function inScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'fusion-rasters-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
