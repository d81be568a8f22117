import type { Layer } from './coarse-scene.ts';

/** Steps of reflectance in which hollows are filled. */
const STEPS = 2000;

/**
 * How much darker than its surroundings each cell is: how high a flood that comes in from the edges and from cells
 * without data stands above it (the flood fill of Zhu and Woodcock 2012).
 */
export function fillDepressions(values: Layer, columns: number): Layer {
  const rows = values.length / columns;
  const level = (index: number): number =>
    Math.max(0, Math.min(STEPS - 1, Math.round((values[index] as number) * STEPS)));
  const flood = new Int32Array(values.length).fill(-1);
  const waiting: number[][] = Array.from({ length: STEPS }, () => []);
  const reach = (index: number, from: number): void => {
    if (flood[index] !== -1 || Number.isNaN(values[index])) return;
    const height = Math.max(from, level(index));
    flood[index] = height;
    waiting[height]?.push(index);
  };
  for (let index = 0; index < values.length; index++) {
    const edge = neighbours(index, columns, rows).length < 4;
    const beside = edge || neighbours(index, columns, rows).some((other) => Number.isNaN(values[other]));
    if (beside) reach(index, 0);
  }
  for (const [height, cells] of waiting.entries())
    for (let cell = cells.pop(); cell !== undefined; cell = cells.pop())
      for (const other of neighbours(cell, columns, rows)) reach(other, height);
  return values.map((_, index) =>
    flood[index] === -1 ? Number.NaN : ((flood[index] as number) - level(index)) / STEPS,
  );
}

/** The cells above, below, left and right. */
export function neighbours(index: number, columns: number, rows: number): number[] {
  const [column, row] = [index % columns, Math.floor(index / columns)];
  const found: number[] = [];
  if (row > 0) found.push(index - columns);
  if (row < rows - 1) found.push(index + columns);
  if (column > 0) found.push(index - 1);
  if (column < columns - 1) found.push(index + 1);
  return found;
}
