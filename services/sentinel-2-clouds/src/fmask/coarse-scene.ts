import { CIRRUS_WATER, CLEAR_WATER, CLOUD_LAND, CLOUD_WATER } from './spectral-tests.ts';
import type { Tested } from './spectral-tests.ts';

/** So many cells across at most. */
const ACROSS = 2000;

/** A layer of cells, row by row. */
export type Layer = Float32Array;

/** A scene in larger cells, for what has to be seen as a whole: a tile of Sentinel-2 has cells of 60 m. */
export class CoarseScene {
  /** Pixels along a side of a cell. */
  readonly factor: number;
  readonly columns: number;
  readonly width: number;
  /** By row of cells: what was added up in each. */
  readonly #rows: Record<'count' | 'water' | 'cloud' | 'probability' | 'nir' | 'swir', Float64Array>[] = [];

  constructor(width: number) {
    this.width = width;
    this.factor = Math.ceil(width / ACROSS);
    this.columns = Math.ceil(width / this.factor);
  }

  get rows(): number {
    return this.#rows.length;
  }

  /** @param index of the pixel, from the scene's upper left corner row by row */
  add(index: number, { kind, probability }: Tested, nir: number, swir: number): void {
    const row = Math.floor(index / this.width / this.factor);
    const column = Math.floor((index % this.width) / this.factor);
    while (this.#rows.length <= row) this.#rows.push(this.#emptyRow());
    const cells = this.#rows[row];
    if (cells === undefined) return;
    const put = (layer: keyof typeof cells, value: number): void => {
      cells[layer][column] = (cells[layer][column] as number) + value;
    };
    put('count', 1);
    put('nir', nir);
    put('swir', swir);
    if (kind === CLEAR_WATER || kind === CLOUD_WATER || kind === CIRRUS_WATER) put('water', 1);
    if (kind < CLOUD_LAND) return;
    put('cloud', 1);
    put('probability', probability);
  }

  /** Cells of which half or more may be cloud, and is probably. */
  clouds(threshold: number): Uint8Array {
    return Uint8Array.from(this.#cells(), ({ count, cloud, probability }) =>
      Number(count > 0 && cloud >= count / 2 && probability > threshold * cloud),
    );
  }

  /** Average reflectances, NaN without data. */
  layer(name: 'nir' | 'swir'): Layer {
    return Float32Array.from(this.#cells(), (cell) => cell[name] / cell.count);
  }

  water(): Uint8Array {
    return Uint8Array.from(this.#cells(), ({ count, water }) => Number(count > 0 && water >= count / 2));
  }

  *#cells(): Generator<Record<'count' | 'water' | 'cloud' | 'probability' | 'nir' | 'swir', number>> {
    for (const row of this.#rows)
      for (let column = 0; column < this.columns; column++)
        yield {
          count: row.count[column] as number,
          water: row.water[column] as number,
          cloud: row.cloud[column] as number,
          probability: row.probability[column] as number,
          nir: row.nir[column] as number,
          swir: row.swir[column] as number,
        };
  }

  #emptyRow() {
    const cells = (): Float64Array => new Float64Array(this.columns);
    return {
      count: cells(),
      water: cells(),
      cloud: cells(),
      probability: cells(),
      nir: cells(),
      swir: cells(),
    };
  }
}
