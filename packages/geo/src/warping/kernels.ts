import type { TypedArray } from '../raster/index.ts';

/** Some rows of a source. */
export interface SourceRows {
  readonly data: TypedArray;
  readonly width: number;
  /** The first of them, counted from the top of the raster. */
  readonly top: number;
  readonly height: number;
  /** For each pixel of the rows 1 where it counts; null where all do. */
  readonly counts: Uint8Array | null;
}

/** Places in pixels of the source (the middle of the first one is 0.5, 0.5), and where their values go. */
export interface Places {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  readonly into: TypedArray;
  /** How values of whole numbers are stored; null where they are stored as they are. */
  readonly store: ((value: number) => number) | null;
}

export interface Kernel {
  /** Rows and columns that are looked at beyond the pixel at hand. */
  readonly reach: number;
  /** Puts the values at places from `from` up to `end`, and leaves what has none. */
  readonly line: (source: SourceRows, places: Places, from: number, end: number) => void;
}

/** The pixel in which a place lies; -1 outside of the rows, and where it does not count. */
function pixelAt({ counts, width, height, top }: SourceRows, x: number, y: number): number {
  const [column, row] = [Math.floor(x + 1e-10), Math.floor(y + 1e-10) - top];
  if (!(column >= 0 && column < width && row >= 0 && row < height)) return -1;
  const index = row * width + column;
  return counts === null || counts[index] === 1 ? index : -1;
}

export const near: Kernel = {
  reach: 0,
  line: (source, { xs, ys, into, store }, from, end) => {
    const { data } = source;
    for (let index = from; index < end; index++) {
      const pixel = pixelAt(source, xs[index] as number, ys[index] as number);
      if (pixel < 0) continue;
      const value = data[pixel] as number;
      into[index] = store === null ? value : store(value);
    }
  },
};

/**
 * Interpolates between the four pixels around. Where pixels become larger by more than a twentieth, weights make a tent
 * as wide as a pixel of the output, so that none of the source is passed over.
 * @param across pixels of the output for one of the source, down likewise
 */
export function bilinear(across: number, down: number): Kernel {
  const [scaleX, scaleY] = [scaleOf(across), scaleOf(down)];
  const [reachX, reachY] = [Math.ceil(1 / scaleX), Math.ceil(1 / scaleY)];
  const weightsX = new Float64Array(2 * reachX);
  const weightsY = new Float64Array(2 * reachY);
  return {
    reach: Math.max(reachX, reachY),
    line: (source, { xs, ys, into, store }, from, end) => {
      const { data, counts, width, height, top } = source;
      for (let index = from; index < end; index++) {
        const [x, y] = [xs[index] as number, ys[index] as number];
        if (pixelAt(source, x, y) < 0) continue;
        const left = Math.floor(x - 0.5) + 1 - reachX;
        const upper = Math.floor(y - 0.5) + 1 - reachY - top;
        fill(weightsX, x - 0.5 - left, scaleX);
        fill(weightsY, y - 0.5 - top - upper, scaleY);
        const [firstX, endX] = [Math.max(0, -left), Math.min(2 * reachX, width - left)];
        const [firstY, endY] = [Math.max(0, -upper), Math.min(2 * reachY, height - upper)];
        let [sum, weights] = [0, 0];
        for (let row = firstY; row < endY; row++) {
          const weightY = weightsY[row] as number;
          if (weightY === 0) continue;
          const start = (upper + row) * width + left;
          for (let column = firstX; column < endX; column++) {
            if (counts !== null && counts[start + column] === 0) continue;
            const weight = weightY * (weightsX[column] as number);
            // Not even what is infinite, or no number, counts where it has no weight.
            if (weight === 0) continue;
            sum += weight * (data[start + column] as number);
            weights += weight;
          }
        }
        if (weights < 1e-6) continue;
        const value = sum / weights;
        into[index] = store === null ? value : store(value);
      }
    },
  };
}

/** At most 1, where each pixel of the source is as wide as the tent or wider. A ratio that is nearly whole is meant to be. */
function scaleOf(ratio: number): number {
  if (ratio >= 0.95) return 1;
  const whole = Math.round(1 / ratio);
  return Math.abs(1 / ratio - whole) < 0.05 ? 1 / whole : ratio;
}

/** The weights of pixels at 0, 1, 2 and so on for a place. */
function fill(weights: Float64Array, place: number, scale: number): void {
  for (let pixel = 0; pixel < weights.length; pixel++) {
    const weight = 1 - Math.abs((pixel - place) * scale);
    weights[pixel] = weight > 0 ? weight : 0;
  }
}
