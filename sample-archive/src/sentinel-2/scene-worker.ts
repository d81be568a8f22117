import { placeOf } from './degrees.ts';
import type { Degrees } from './degrees.ts';
import { groundAt } from './ground.ts';
import { paint } from './paint.ts';
import type { GroundGrid, Painting } from './paint.ts';
import type { SceneRecipe } from './scenes.ts';

/** The ground under some rows of a tile. */
export interface GroundTask {
  readonly degrees: Degrees;
  readonly size: number;
  readonly firstRow: number;
  readonly rows: number;
}

export interface SceneTask {
  readonly recipe: SceneRecipe;
  readonly ground: GroundGrid;
}

type GroundRows = Omit<GroundGrid, 'size'>;

// Both run in a worker thread, where the packages that read files cannot be loaded (geotiff takes it for one of its own).

export function ground({ degrees, size, firstRow, rows }: GroundTask): GroundRows {
  const [height, tone] = [new Float32Array(rows * size), new Float32Array(rows * size)];
  const [longitude, latitude] = [new Float32Array(rows * size), new Float32Array(rows * size)];
  const cover = new Uint8Array(rows * size);
  for (let at = 0; at < rows * size; at += 1) {
    const [lon, lat] = placeOf(degrees, (at % size) + 0.5, firstRow + Math.floor(at / size) + 0.5);
    const place = groundAt(lon, lat);
    height[at] = place.height;
    tone[at] = place.tone;
    cover[at] = place.cover;
    longitude[at] = lon;
    latitude[at] = lat;
  }
  return { height, tone, cover, longitude, latitude };
}

export function scene({ recipe, ground: under }: SceneTask): Painting {
  return paint(recipe, under);
}
