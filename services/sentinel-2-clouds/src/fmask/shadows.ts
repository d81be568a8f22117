import type { Layer } from './coarse-scene.ts';
import { fillDepressions, neighbours } from './fill-depressions.ts';

/** Where the sun stands, in degrees. */
export interface Sun {
  /** Clockwise from north. */
  readonly azimuth: number;
  /** Above the horizon. */
  readonly elevation: number;
}

export interface ShadowScene {
  readonly columns: number;
  /** Side of a cell in metres. */
  readonly cell: number;
  readonly clouds: Uint8Array;
  readonly water: Uint8Array;
  readonly nir: Layer;
  readonly swir: Layer;
}

/** Above ground, in metres. */
const [LOWEST, HIGHEST] = [200, 12_000];
/** So much darker than around it in both bands is what may be shadow. */
const DARKER = 0.02;
/** So much of a cloud's projection has to be dark at least. */
const LEAST_MATCH = 0.3;

/**
 * The cells that lie in the shadow of a cloud: each cloud is moved away from the sun, as if it were higher and higher,
 * to where most of its outline is dark (the matching of clouds and shadows of Zhu and Woodcock 2012). Sentinel-2 looks straight down nearly, so
 * the cloud itself counts as seen where it is.
 */
export function shadows(scene: ShadowScene, sun: Sun): Uint8Array {
  const { columns, cell, clouds, water } = scene;
  const rows = clouds.length / columns;
  const dark = darkCells(scene);
  const found = new Uint8Array(clouds.length);
  const reach = 1 / Math.tan((sun.elevation * Math.PI) / 180) / cell;
  const [east, south] = [-Math.sin((sun.azimuth * Math.PI) / 180), Math.cos((sun.azimuth * Math.PI) / 180)];
  const step = Math.max(50, 0.5 / reach);
  for (const cloud of objects(clouds, columns)) {
    let best: { match: number; cells: number[] } = { match: 0, cells: [] };
    for (let height = LOWEST; height <= HIGHEST; height += step) {
      const [right, down] = [Math.round(east * height * reach), Math.round(south * height * reach)];
      const cells = moved(cloud, right, down, columns, rows).filter((index) => clouds[index] === 0);
      // A cloud that hides its own shadow, or throws it out of the scene, says nothing.
      if (cells.length < cloud.length / 4) continue;
      const match = cells.filter((index) => dark[index] === 1).length / cells.length;
      if (match > best.match) best = { match, cells };
    }
    if (best.match >= LEAST_MATCH)
      for (const index of best.cells) if (dark[index] === 1 && water[index] === 0) found[index] = 1;
  }
  return found;
}

function darkCells({ columns, nir, swir }: ShadowScene): Uint8Array {
  const [first, second] = [fillDepressions(nir, columns), fillDepressions(swir, columns)];
  return Uint8Array.from(first, (depth, index) =>
    Number(Math.min(depth, second[index] ?? Number.NaN) > DARKER),
  );
}

function moved(
  cells: readonly number[],
  right: number,
  down: number,
  columns: number,
  rows: number,
): number[] {
  return cells.flatMap((index) => {
    const [column, row] = [(index % columns) + right, Math.floor(index / columns) + down];
    return column >= 0 && column < columns && row >= 0 && row < rows ? [row * columns + column] : [];
  });
}

/** Clouds of at least three cells that touch. */
function* objects(clouds: Uint8Array, columns: number): Generator<number[]> {
  const rows = clouds.length / columns;
  const seen = new Uint8Array(clouds.length);
  for (let start = 0; start < clouds.length; start++) {
    if (clouds[start] === 0 || seen[start] === 1) continue;
    const cells = [start];
    seen[start] = 1;
    for (const cell of cells)
      for (const other of neighbours(cell, columns, rows)) {
        if (clouds[other] === 0 || seen[other] === 1) continue;
        seen[other] = 1;
        cells.push(other);
      }
    if (cells.length >= 3) yield cells;
  }
}
