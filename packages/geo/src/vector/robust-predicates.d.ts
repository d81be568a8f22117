/** The package ships no types. */
declare module 'robust-predicates' {
  /** Positive, zero or negative: c lies to the right of, on, or to the left of the line from a to b. Exact in sign. */
  export function orient2d(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): number;
}
