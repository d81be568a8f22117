import { move } from 'piscina';

import { createTerrain } from '../land/index.ts';
import type { SampleGrid } from '../land/index.ts';

/** Some rows of a tile. */
export interface Band {
  readonly grid: SampleGrid;
  readonly firstRow: number;
  readonly rows: number;
}

/** Runs in a worker thread: the heights of a band, row by row. */
export default function heightsOf({ grid, firstRow, rows }: Band): Float32Array {
  const heights = new Float32Array(rows * grid.width);
  const fill = createTerrain(grid);
  for (let row = 0; row < rows; row += 1)
    fill(firstRow + row, heights.subarray(row * grid.width, (row + 1) * grid.width));
  return move(heights) as unknown as Float32Array;
}
