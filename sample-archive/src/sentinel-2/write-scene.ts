import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { calculate, writeGeoTiff } from '@fusion-platform/geo';
import type { Bounds, CalculateOptions, TypedArray } from '@fusion-platform/geo';

import { BANDS } from './bands.ts';
import { itemOf } from './item.ts';
import { NOTE } from './note.ts';
import type { Painting } from './paint.ts';
import type { SceneRecipe } from './scenes.ts';
import { PIXELS, SIDE } from './tiles.ts';
import type { Tile } from './tiles.ts';

const SIZE = SIDE / PIXELS.fine;

/** Writes a scene's files and its item into a folder. */
export async function writeScene(
  folder: string,
  recipe: SceneRecipe,
  { layers, classes }: Painting,
  signal?: AbortSignal,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const offset = recipe.addsOffset ? 1000 : 0;
  const { tile } = recipe;
  const write = async (
    file: string,
    grid: keyof typeof PIXELS,
    data: readonly TypedArray[],
    form: Pick<CalculateOptions, 'dataType' | 'reduction'>,
    names: readonly string[],
  ): Promise<void> =>
    writeCog(join(folder, file), tile, PIXELS[grid], data, { ...form, ...(signal && { signal }) }, names);

  for (const [index, band] of BANDS.entries()) {
    const layer = shrink(layers[index] as Uint16Array, PIXELS[band.grid] / PIXELS.fine);
    for (let at = 0; at < layer.length; at += 1)
      if (layer[at] !== 0) layer[at] = (layer[at] as number) + offset;
    const form = { dataType: 'uint16', reduction: 'average' } as const;
    await write(`${band.name}.tif`, band.grid, [layer], form, [band.title]);
  }
  const picked = pick(classes, PIXELS.middle / PIXELS.fine);
  await write('SCL.tif', 'middle', [picked], { dataType: 'uint8', reduction: 'mode' }, [
    'Scene classification',
  ]);
  const blurred = { dataType: 'uint16', reduction: 'average' } as const;
  const even = (value: number): Uint16Array => Uint16Array.from(picked, (kind) => (kind === 0 ? 0 : value));
  await write('AOT.tif', 'middle', [even(120)], blurred, ['Aerosol optical thickness']);
  await write('WVP.tif', 'middle', [even(1400)], blurred, ['Water vapour']);
  const colours = [3, 2, 1].map((band) => visible(layers[band] as Uint16Array));
  const form = { dataType: 'uint8', reduction: 'average' } as const;
  await write('TCI.tif', 'middle', colours, form, ['Red', 'Green', 'Blue']);
  const counts = Array.from({ length: 12 }, () => 0);
  for (const kind of picked) counts[kind] = (counts[kind] ?? 0) + 1;
  await writeFile(join(folder, 'item.json'), JSON.stringify(itemOf(recipe, counts), null, 1));
}

async function writeCog(
  path: string,
  { west, north, epsg }: Tile,
  metres: number,
  data: readonly TypedArray[],
  form: Pick<CalculateOptions, 'dataType' | 'reduction' | 'signal'>,
  names: readonly string[],
): Promise<void> {
  const plain = `${path}.plain`;
  const bounds: Bounds = [west, north - SIDE, west + SIDE, north];
  const size = SIDE / metres;
  await writeGeoTiff(plain, { data, width: size, height: size, bounds, crs: `EPSG:${epsg}` });
  await calculate({
    output: path,
    bands: names.map((name, index) => ({
      name,
      sources: [{ path: plain, band: index + 1 }],
      calculate: ([input], output) => output.set(input ?? []),
    })),
    ...form,
    nodata: 0,
    metadata: { SYNTHETIC: 'YES', NOTE },
  });
  await rm(plain);
}

/** The mean of the pixels that become one; no data where one of them has none. */
function shrink(layer: Uint16Array, factor: number): Uint16Array {
  if (factor === 1) return layer.slice();
  const size = SIZE / factor;
  return Uint16Array.from({ length: size * size }, (_, at) => {
    const from = Math.floor(at / size) * factor * SIZE + (at % size) * factor;
    let sum = 0;
    for (let row = 0; row < factor; row += 1)
      for (let column = 0; column < factor; column += 1) {
        const value = layer[from + row * SIZE + column] as number;
        if (value === 0) return 0;
        sum += value;
      }
    return Math.round(sum / (factor * factor));
  });
}

/** Classes have no mean: the one at the upper left. */
function pick(classes: Uint8Array, factor: number): Uint8Array {
  const size = SIZE / factor;
  return Uint8Array.from(
    { length: size * size },
    (_, at) => classes[Math.floor(at / size) * factor * SIZE + (at % size) * factor] as number,
  );
}

/** As the producer draws its pictures: black to white over reflectances from 0 to about 0.35. */
function visible(layer: Uint16Array): Uint8Array {
  return Uint8Array.from(shrink(layer, PIXELS.middle / PIXELS.fine), (value) =>
    value === 0 ? 0 : Math.max(1, Math.min(255, Math.round(value / 13.7))),
  );
}
