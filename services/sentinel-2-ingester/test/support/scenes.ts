import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { crsOf, transformBounds, writeGeoTiff } from '@fusion-platform/geo';
import type { Bounds } from '@fusion-platform/geo';
import { startSampleArchive } from '@fusion-platform/sample-archive';
import { onTestFinished } from 'vitest';

/** A scene for a test: a square of 600 m whose pixels are those of the producer, 10 m and 20 m. */
export interface MadeScene {
  readonly id: string;
  readonly date: string;
  /** Metres in EPSG:32630. */
  readonly west: number;
  readonly north: number;
  readonly red: number | ((column: number, row: number) => number);
  readonly class?: number | ((column: number, row: number) => number);
  readonly cell?: string;
  readonly properties?: object;
  /** Files that it has; B04, B8A and SCL by default. */
  readonly files?: readonly string[];
}

const SIDE = 600;

/** Serves scenes as the sample archive does, until the test ends. */
export async function serveScenes(...scenes: readonly MadeScene[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'made-scenes-'));
  const extra = [];
  for (const scene of scenes) extra.push({ collection: 'sentinel-2-l2a', item: await write(folder, scene) });
  const archive = await startSampleArchive({ folder, collections: [], extra });
  onTestFinished(async () => {
    await archive.close();
    await rm(folder, { recursive: true });
  });
  return archive.stacUrl;
}

/** The middle of a scene's square as a box of degrees, `metres` from its sides. */
export function within({ west, north }: Pick<MadeScene, 'west' | 'north'>, metres: number): Bounds {
  const inner: Bounds = [west + metres, north - SIDE + metres, west + SIDE - metres, north - metres];
  return transformBounds(inner, utm.toLonLat);
}

const utm = ((): NonNullable<ReturnType<typeof crsOf>> => {
  const crs = crsOf(32630);
  if (crs === null) throw new RangeError('EPSG:32630 is not known');
  return crs;
})();

async function write(root: string, scene: MadeScene): Promise<string> {
  const { id, date, west, north, files = ['B04', 'B8A', 'SCL'], cell = '30UVG' } = scene;
  const folder = join(root, id);
  await mkdir(folder);
  const bounds: Bounds = [west, north - SIDE, west + SIDE, north];
  const raster = async (name: string, metres: number, value: MadeScene['red'], array: 'Uint8' | 'Uint16') => {
    const size = SIDE / metres;
    const at = typeof value === 'number' ? () => value : value;
    const values = Array.from({ length: size * size }, (_, index) =>
      at(index % size, Math.floor(index / size)),
    );
    const data = array === 'Uint8' ? Uint8Array.from(values) : Uint16Array.from(values);
    await writeGeoTiff(join(folder, `${name}.tif`), {
      data,
      width: size,
      height: size,
      bounds,
      crs: utm.name,
      nodata: 0,
    });
  };
  await raster('B04', 10, scene.red, 'Uint16');
  await raster('B8A', 20, 3000, 'Uint16');
  await raster('SCL', 20, scene.class ?? 4, 'Uint8');
  const keys: Readonly<Record<string, string>> = { B04: 'red', B8A: 'nir08', SCL: 'scl' };
  const [w, s, e, n] = transformBounds(bounds, utm.toLonLat);
  const corners = [
    [west, north - SIDE],
    [west + SIDE, north - SIDE],
    [west + SIDE, north],
    [west, north],
    [west, north - SIDE],
  ];
  const item = {
    type: 'Feature',
    stac_version: '1.0.0',
    id,
    bbox: [w, s, e, n],
    geometry: { type: 'Polygon', coordinates: [corners.map(([x = 0, y = 0]) => utm.toLonLat(x, y))] },
    properties: {
      datetime: `${date}T11:00:00Z`,
      'eo:cloud_cover': 10,
      'grid:code': `MGRS-${cell}`,
      ...scene.properties,
    },
    links: [],
    assets: Object.fromEntries(
      files.map((name) => [keys[name], { href: `./${name}.tif`, type: 'image/tiff' }]),
    ),
  };
  const path = join(folder, 'item.json');
  await writeFile(path, JSON.stringify(item));
  return path;
}
