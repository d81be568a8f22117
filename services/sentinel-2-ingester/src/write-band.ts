import { calculate } from '@fusion-platform/geo';
import type { CalcSource, CogArray } from '@fusion-platform/geo';

import type { Band } from './bands.ts';
import type { Outline } from './outline.ts';

export interface WriteBandOptions {
  readonly band: Band;
  /** The band on its grid. */
  readonly input: string;
  readonly output: string;
  /** The classification on the same grid, and which of its classes stay; null keeps all pixels. */
  readonly mask: { readonly path: string; readonly keep: ReadonlySet<number> } | null;
  /** Null keeps what lies outside the region. */
  readonly outline: Outline | null;
  /** Called with rows of the result. */
  readonly onRows?: (rows: CogArray) => void;
  readonly metadata: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => void;
}

/** Writes a band as a Cloud Optimised GeoTIFF; what is masked or lies outside becomes no data. */
export async function writeBand(options: WriteBandOptions): Promise<void> {
  const { band, input, output, mask, outline, onRows, metadata, signal, onProgress } = options;
  const classes = band.name === 'SCL';
  const sources: CalcSource[] = [{ path: input }, ...(mask === null ? [] : [{ path: mask.path }])];
  await calculate({
    output,
    bands: [
      {
        name: band.title,
        sources,
        calculate: ([values = new Uint16Array(), kinds], rows, { row, width, height }) => {
          rows.set(values);
          if (mask !== null && kinds !== undefined)
            for (let index = 0; index < rows.length; index++)
              if (!mask.keep.has(kinds[index] as number)) rows[index] = 0;
          if (outline !== null)
            for (let line = 0; line < height; line++) {
              const inside = outline(row + line);
              for (let column = 0; column < width; column++)
                if (inside[column] === 0) rows[line * width + column] = 0;
            }
          onRows?.(rows);
        },
      },
    ],
    dataType: classes ? 'uint8' : 'uint16',
    nodata: 0,
    reduction: classes ? 'mode' : 'average',
    metadata,
    signal,
    onProgress,
  });
}
