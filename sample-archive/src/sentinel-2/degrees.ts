/** Longitudes and latitudes of a square's points every `step` pixels, line by line: between them they are interpolated. */
export interface Degrees {
  readonly step: number;
  /** Points on a line. */
  readonly count: number;
  readonly longitudes: Float64Array;
  readonly latitudes: Float64Array;
}

/** The place of a column and a row, counted from the square's upper left corner; good to a metre over some kilometres. */
export function placeOf(
  { step, count, longitudes, latitudes }: Degrees,
  column: number,
  row: number,
): [number, number] {
  const [left, top] = [
    Math.min(count - 2, Math.floor(column / step)),
    Math.min(count - 2, Math.floor(row / step)),
  ];
  const [u, v] = [column / step - left, row / step - top];
  const at = top * count + left;
  const between = (values: Float64Array): number =>
    (1 - v) * ((1 - u) * (values[at] ?? 0) + u * (values[at + 1] ?? 0)) +
    v * ((1 - u) * (values[at + count] ?? 0) + u * (values[at + count + 1] ?? 0));
  return [between(longitudes), between(latitudes)];
}
