import type { Bounds } from '@fusion-platform/geo';

export function overlap(a: Bounds, b: Bounds): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

export function expand([west, south, east, north]: Bounds, x: number, y: number): Bounds {
  return [west - x, south - y, east + x, north + y];
}
