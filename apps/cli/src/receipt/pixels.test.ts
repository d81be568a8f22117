import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { comparePixels } from './pixels.ts';

/** GDAL makes the rasters, and NumPy says how they differ. The system's Python has both where GDAL is a package of it. */
const python = ['python3', '/usr/bin/python3'].find((program) => {
  try {
    execFileSync(program, ['-c', 'import numpy; from osgeo import gdal_array'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});
const missing = python === undefined ? "GDAL's Python with NumPy is not installed" : '';

const make = `
import sys, numpy as np
from osgeo import gdal
gdal.UseExceptions()
folder, = sys.argv[1:]
rng = np.random.default_rng(12)
def write(name, bands, kind, nodata=None, options=()):
    h, w = bands[0].shape
    ds = gdal.GetDriverByName('GTiff').Create(f'{folder}/{name}.tif', w, h, len(bands), kind, list(options))
    for i, band in enumerate(bands, 1):
        if nodata is not None: ds.GetRasterBand(i).SetNoDataValue(nodata)
        ds.GetRasterBand(i).WriteArray(band)
tiled = ['TILED=YES', 'COMPRESS=DEFLATE', 'PREDICTOR=3', 'BLOCKXSIZE=128', 'BLOCKYSIZE=128']
a = rng.normal(200, 40, (611, 403)).astype('float32')
b = np.where(rng.random(a.shape) < 0.03, a + rng.normal(0, 5, a.shape), a).astype('float32')
write('plain-a', [a], gdal.GDT_Float32, None, tiled); write('plain-b', [b], gdal.GDT_Float32)
holes = rng.random(a.shape) < 0.1; other = rng.random(a.shape) < 0.1
na = np.where(holes, np.float32(-3.4e38), a); nb = np.where(other, np.float32(-9999), b)
write('nodata-a', [na], gdal.GDT_Float32, -3.4e38, tiled); write('nodata-b', [nb], gdal.GDT_Float32, -9999)
write('nan-a', [np.where(holes, np.nan, a)], gdal.GDT_Float32); write('nan-b', [np.where(holes, np.nan, b)], gdal.GDT_Float32)
i = rng.integers(0, 60000, (3, 300, 517)).astype('uint16'); j = i.copy(); j[1, 250:, :9] ^= 3
write('bands-a', list(i), gdal.GDT_UInt16, 0); write('bands-b', list(j), gdal.GDT_UInt16, 0, tiled[:2])
write('same-a', [a], gdal.GDT_Float32, None, tiled); write('same-b', [a], gdal.GDT_Float32)
`;

const judge = `
import sys, json, numpy as np
from osgeo import gdal
gdal.UseExceptions()
def read(path):
    ds = gdal.Open(path); out = []
    for n in range(1, ds.RasterCount + 1):
        band = ds.GetRasterBand(n); v = band.ReadAsArray().astype('float64'); nd = band.GetNoDataValue()
        if nd is not None: v[band.ReadAsArray() == band.ReadAsArray().dtype.type(nd)] = np.nan
        out.append(v)
    return np.array(out)
a, b = (read(p) for p in sys.argv[1:])
alone = np.isnan(a) != np.isnan(b); both = ~np.isnan(a) & ~np.isnan(b)
d = np.abs(a - b)[both]; d = d[d > 0]
print(json.dumps(dict(pixels=int(a.size), different=int(alone.sum() + d.size), inOneAlone=int(alone.sum()),
    largest=float(d.max()) if d.size else 0, mean=float(d.mean()) if d.size else 0)))
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fusion-pixels-'));
  if (!missing) await promisify(execFile)(python!, ['-c', make, folder]);
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

test.skipIf(python === undefined).each(['plain', 'nodata', 'nan', 'bands', 'same'])(
  `rasters (%s) differ by as much as NumPy says${missing ? ` (skipped: ${missing})` : ''}`,
  async (name) => {
    const [a, b] = [join(folder, `${name}-a.tif`), join(folder, `${name}-b.tif`)];
    const { stdout } = await promisify(execFile)(python!, ['-c', judge, a, b]);
    const told = JSON.parse(stdout) as { readonly mean: number; readonly different: number };
    expect(await comparePixels(a, b)).toEqual({ ...told, mean: expect.closeTo(told.mean, 9) as number });
    expect(told.different === 0).toBe(name === 'same');
  },
);

test.skipIf(python === undefined)(
  `rasters of different size are said to be so${missing ? ` (skipped: ${missing})` : ''}`,
  async () => {
    const compared = await comparePixels(join(folder, 'plain-a.tif'), join(folder, 'bands-a.tif'));
    expect(compared).toBe('of different size: 403 × 611, 1 bands and 517 × 300, 3 bands');
  },
);

test('what is no raster is refused', async () => {
  const path = join(folder, 'text.tif');
  await writeFile(path, 'no raster');
  await expect(comparePixels(path, path)).rejects.toThrow(/./);
});
