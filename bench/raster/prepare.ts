import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { writeGeoTiff } from '@fusion-platform/geo';

import { CogWriter } from '../../packages/geo/src/calc/cog-writer.ts';
import { asciiTag, doubleTag, shortTag } from '../../packages/geo/src/calc/tiff-directory.ts';

const STRIPE = 512;

/** Red and near infrared of a made-up scene of that many pixels on a side: fields, and the noise that real bands have. */
export async function writeBands(folder: string, side: number): Promise<{ red: string; nir: string }> {
  const [red, nir] = ['B04', 'B08'].map((band) => join(folder, `${band}_${side}.tif`)) as [string, string];
  await writeBand(red, side, 900, 1);
  await writeBand(nir, side, 2800, 2);
  return { red, nir };
}

async function writeBand(path: string, side: number, level: number, seed: number): Promise<void> {
  const writer = await CogWriter.create(path, {
    width: side,
    height: side,
    bands: [{ name: path.includes('B04') ? 'B04' : 'B08' }],
    array: (length) => new Uint16Array(length),
    nodata: 0,
    reduction: 'average',
    // EPSG:32630, projected, metres.
    georeference: [
      doubleTag(33550, [10, 10, 0]),
      doubleTag(33922, [0, 0, 0, 600_000, 5_900_000, 0]),
      shortTag(34735, 1, 1, 0, 4, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 32630, 3076, 0, 1, 9001),
      asciiTag(34737, 'WGS 84 / UTM zone 30N|'),
    ],
  });
  try {
    let state = seed;
    for (let top = 0; top < side; top += STRIPE) {
      const rows = new Uint16Array(side * Math.min(STRIPE, side - top));
      for (let index = 0; index < rows.length; index++) {
        const [x, y] = [index % side, top + Math.floor(index / side)];
        const field = ((Math.floor(x / 61) * 7919 + Math.floor(y / 47) * 104_729) % 17) * 45 * seed;
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
        rows[index] = level + field + (state >>> 26);
      }
      await writer.write(rows);
    }
    await writer.finish();
  } finally {
    await writer.close();
  }
}

/** A degree of made-up hills in steps of a second, and a region within it. */
export async function writeDem(folder: string): Promise<{ dem: string; region: string }> {
  const [dem, region] = [join(folder, 'dem.tif'), join(folder, 'region.geojson')];
  const side = 3600;
  const data = Float32Array.from({ length: side * side }, (_, index) => {
    const [x, y] = [index % side, Math.floor(index / side)];
    return 300 + 200 * Math.sin(x / 97) * Math.cos(y / 131) + 40 * Math.sin((x * y) / 9001);
  });
  await writeGeoTiff(dem, {
    data,
    width: side,
    height: side,
    bounds: [-4, 55, -3, 56],
    crs: 'EPSG:4326',
    nodata: -9999,
  });
  const corners = [
    [-3.95, 55.1],
    [-3.1, 55.05],
    [-3.05, 55.9],
    [-3.8, 55.95],
    [-3.95, 55.1],
  ];
  await writeFile(region, JSON.stringify({ type: 'Polygon', coordinates: [corners] }));
  return { dem, region };
}
