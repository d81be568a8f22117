import { toKilometres } from '../land/index.ts';
import { SCL } from './classes.ts';
import { chance } from './ground.ts';
import type { SceneRecipe } from './scenes.ts';
import { createSky } from './sky.ts';
import { CLOUD, COVERS, GROUND, SNOW } from './spectra.ts';
import { inSwath } from './swath.ts';
import { PIXELS } from './tiles.ts';

/** The ground under a tile, a value a pixel of the finest grid, row by row. */
export interface GroundGrid {
  readonly size: number;
  readonly height: Float32Array;
  readonly cover: Uint8Array;
  readonly tone: Float32Array;
  readonly longitude: Float32Array;
  readonly latitude: Float32Array;
}

/** A scene on the finest grid. */
export interface Painting {
  /** Reflectance times 10,000, a layer for each of `BANDS`; 0 is no data. */
  readonly layers: readonly Uint16Array[];
  readonly classes: Uint8Array;
}

/** Metres at which the clouds float. */
const CLOUD_HEIGHT = 1800;

/** What the satellite sees of the ground on its passage. */
export function paint(recipe: SceneRecipe, ground: GroundGrid): Painting {
  const { size, cover, tone } = ground;
  const layers = SNOW.map(() => new Uint16Array(size * size));
  const classes = new Uint8Array(size * size);
  const sky = createSky(recipe.clouds, recipe.seed);
  const lit = createLight(recipe, ground);
  const shadowAt = createShadow(recipe, sky);
  const spectra = COVERS.map((name) => blend(GROUND[name].winter, GROUND[name].summer, recipe.season));
  const kinds = COVERS.map((name) =>
    name === 'water' ? SCL.water : isGreen(name, recipe.season) ? SCL.vegetation : SCL.bare,
  );
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < size; column += 1) {
      const at = row * size + column;
      if (!inSwath(recipe, column, row)) continue;
      const [x, y] = toKilometres(ground.longitude[at] as number, ground.latitude[at] as number);
      const { thick, thin } = sky(x, y);
      const light = lit(row, column);
      const shadow = shadowAt(x, y);
      const water = cover[at] === 0;
      const snow = !water && isSnow(recipe, ground, at);
      const spectrum = snow ? SNOW : (spectra[cover[at] as number] as readonly number[]);
      const veil = thick + thin - thick * thin;
      for (let band = 0; band < layers.length; band += 1) {
        const bare =
          (spectrum[band] as number) * (tone[at] as number) * (water ? 1 : light) * (1 - 0.62 * shadow);
        const seen = bare * (1 - veil) + (CLOUD[band] as number) * (0.8 + 0.45 * thick) * veil;
        (layers[band] as Uint16Array)[at] = Math.max(1, coarsened(10_000 * seen));
      }
      classes[at] = classOf(
        { thick, thin, shadow, light, snow, water },
        kinds[cover[at] as number] as number,
        chance(column >> 2, row >> 2, 77),
      );
    }
  return { layers, classes };
}

interface Seen {
  readonly thick: number;
  readonly thin: number;
  readonly shadow: number;
  readonly light: number;
  readonly snow: boolean;
  readonly water: boolean;
}

/** In steps of about a hundredth: finer ones only swell the files. */
function coarsened(value: number): number {
  const step = value < 800 ? 8 : value < 2400 ? 16 : 48;
  return step * Math.round(value / step);
}

function classOf({ thick, thin, shadow, light, snow, water }: Seen, kind: number, luck: number): number {
  if (thick > 0.97 && luck > 0.9995) return SCL.defective;
  if (thick > 0.5) return SCL.highCloud;
  if (thick > 0.12) return SCL.mediumCloud;
  if (thin > 0.06 || thick > 0.04) return SCL.thinCloud;
  if (shadow > 0.25) return SCL.shadow;
  if (snow) return SCL.snow;
  if (!water && light < 0.65) return SCL.dark;
  return luck < 0.004 ? SCL.unclassified : kind;
}

function isGreen(name: (typeof COVERS)[number], season: number): boolean {
  return name === 'pasture' || name === 'forest' || (season > 0.5 && (name === 'moor' || name === 'arable'));
}

function isSnow({ snowLine }: SceneRecipe, { height, tone }: GroundGrid, at: number): boolean {
  return (height[at] as number) > snowLine + 600 * ((tone[at] as number) - 1);
}

/** How much light a slope gets, compared with level ground: 1 there. */
function createLight(
  { sunAzimuth, sunElevation }: SceneRecipe,
  { size, height }: GroundGrid,
): (row: number, column: number) => number {
  const [azimuth, elevation] = [(sunAzimuth * Math.PI) / 180, (sunElevation * Math.PI) / 180];
  const [east, north] = [Math.sin(azimuth) / Math.tan(elevation), Math.cos(azimuth) / Math.tan(elevation)];
  return (row, column) => {
    const [left, right] = [Math.max(0, column - 1), Math.min(size - 1, column + 1)];
    const [up, down] = [Math.max(0, row - 1), Math.min(size - 1, row + 1)];
    const at = (line: number, place: number): number => height[line * size + place] as number;
    const slopeX = (at(row, right) - at(row, left)) / ((right - left) * PIXELS.fine);
    const slopeY = (at(up, column) - at(down, column)) / ((down - up) * PIXELS.fine);
    const light = (1 - east * slopeX - north * slopeY) / Math.sqrt(1 + slopeX * slopeX + slopeY * slopeY);
    // The sky lights what the sun does not.
    return 0.3 + 0.7 * Math.max(0, Math.min(1.6, light));
  };
}

/** The shadow of the cloud that stands between a place and the sun, 0 to 1. */
function createShadow(
  { sunAzimuth, sunElevation }: SceneRecipe,
  sky: ReturnType<typeof createSky>,
): (x: number, y: number) => number {
  const reach = CLOUD_HEIGHT / 1000 / Math.tan((sunElevation * Math.PI) / 180);
  const azimuth = (sunAzimuth * Math.PI) / 180;
  const [east, north] = [reach * Math.sin(azimuth), reach * Math.cos(azimuth)];
  return (x, y) => sky(x + east, y + north).thick;
}

function blend(from: readonly number[], to: readonly number[], share: number): number[] {
  return from.map((value, index) => value + ((to[index] ?? value) - value) * share);
}
