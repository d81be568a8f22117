import type { PointTransform } from './approximate.ts';

/** Part of the output, in pixels, and how large a pixel of the source is there in pixels of the output. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly scale: readonly [number, number];
}

/** What gdalwarp takes for a region unless told otherwise. */
const MOST_BITS = 64 * 1024 * 1024 * 8;
/** Along an edge. */
const SAMPLES = 21;

/**
 * The output in the regions that gdalwarp would work on one after the other. It halves what takes too much memory, works
 * out the scale of each region from the rectangle of the source that the region shows, and with it the kernel: another
 * division would give values that differ by centimetres where pixels become larger.
 * @param bits of a pixel of the source and of the output, with what is kept beside it
 */
export function regionsOf(
  output: { readonly width: number; readonly height: number },
  source: { readonly width: number; readonly height: number },
  transform: PointTransform,
  bits: { readonly source: number; readonly output: number },
): Region[] {
  const divide = (left: number, top: number, width: number, height: number): Region[] => {
    const [across, down] = extentOf(transform, { left, top, width, height }, source);
    const region = { left, top, width, height, scale: [width / across, height / down] as const };
    const cost = across * down * bits.source + width * height * bits.output;
    if (!(cost > MOST_BITS) || (width <= 2 && height <= 2)) return [region];
    if (width > height) {
      const half = width >> 1;
      return [...divide(left, top, half, height), ...divide(left + half, top, width - half, height)];
    }
    const half = height >> 1;
    return [...divide(left, top, width, half), ...divide(left, top + half, width, height - half)];
  };
  return divide(0, 0, output.width, output.height);
}

/** Width and height of the rectangle of the source that a region shows. */
function extentOf(
  transform: PointTransform,
  { left, top, width, height }: Omit<Region, 'scale'>,
  source: { readonly width: number; readonly height: number },
): readonly [number, number] {
  let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let step = 0; step < SAMPLES; step++) {
    const [x, y] = [left + (step / (SAMPLES - 1)) * width, top + (step / (SAMPLES - 1)) * height];
    for (const [column, row] of [
      [x, top],
      [x, top + height],
      [left, y],
      [left + width, y],
    ] as const) {
      const [across, down] = transform(column, row);
      west = Math.min(west, across);
      east = Math.max(east, across);
      north = Math.min(north, down);
      south = Math.max(south, down);
    }
  }
  return [length(west, east, source.width), length(north, south, source.height)];
}

function length(from: number, to: number, most: number): number {
  const begin = Math.max(0, Math.floor(whole(from)));
  return Math.max(1, Math.min(most, Math.ceil(whole(to))) - begin);
}

function whole(place: number): number {
  return Math.abs(place - Math.round(place)) < 1e-6 ? Math.round(place) : place;
}
