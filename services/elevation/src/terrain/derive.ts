import { calculate, StatisticsAccumulator } from '@fusion-platform/geo';
import type { CalcBand, StatisticsRow, TypedArray } from '@fusion-platform/geo';

import { ASPECT } from './forms.ts';
import type { TerrainForm } from './forms.ts';
import { gradients } from './gradients.ts';
import { groundOf } from './ground.ts';

export interface DeriveOptions {
  /** Says which pixels count, and on which grid. */
  readonly clipped: string;
  /** Heights beyond them too, on the same grid. */
  readonly dem: string;
  readonly geographic: boolean;
  readonly form: TerrainForm;
  readonly output: string;
  readonly signal: AbortSignal;
  readonly onProgress: (part: number) => void;
}

/** Writes a form of the terrain as a COG, and counts it; of aspects how far to the north and east they face as well. */
export async function derive(options: DeriveOptions): Promise<StatisticsRow[]> {
  const { clipped, dem, geographic, form, ...rest } = options;
  const tally = new StatisticsAccumulator(form.name, form.edges);
  const components = form === ASPECT ? facing() : [];
  const band: CalcBand = {
    name: form.name,
    ...(form.unit === undefined ? {} : { unit: form.unit }),
    sources: [{ path: clipped }, { path: dem, around: 1 }],
    calculate: ([mask, around], output, { grid, row, width, height, nodata: [outside, unknown] }) => {
      if (mask === undefined || around === undefined) return;
      const heights = { values: withNaN(around, unknown), width: width + 2 };
      const ground = groundOf(grid, geographic);
      const found = { east: new Float64Array(width), north: new Float64Array(width) };
      for (let line = 0; line < height; line++) {
        gradients(heights, (line + 1) * heights.width + 1, ground(row + line), found);
        for (let column = 0; column < width; column++) {
          const at = line * width + column;
          const value =
            mask[at] === outside
              ? Number.NaN
              : form.value(found.east[column] as number, found.north[column] as number);
          output[at] = Number.isNaN(value) ? form.nodata : value;
        }
      }
      tally.add(output, form.nodata);
      for (const { add } of components) add(output, form.nodata);
    },
    statistics: () => tally.row,
  };
  await calculate({
    ...rest,
    bands: [band],
    dataType: form.dataType,
    nodata: form.nodata,
    reduction: form.reduction,
  });
  return [tally.row, ...components.map(({ row }) => row())];
}

function withNaN(heights: TypedArray, nodata: number | undefined): Float64Array {
  const values = new Float64Array(heights.length);
  for (let pixel = 0; pixel < values.length; pixel++) {
    const height = heights[pixel] as number;
    values[pixel] = height === nodata || !Number.isFinite(height) ? Number.NaN : height;
  }
  return values;
}

interface Component {
  readonly add: (aspects: ArrayLike<number>, nodata: number) => void;
  readonly row: () => StatisticsRow;
}

/**
 * The mean of 359 and 1 degrees is not 180: aspects can only be averaged as cosine and sine. The mean direction is
 * atan2(mean eastness, mean northness), and means of parts combine.
 */
function facing(): Component[] {
  return [
    { name: 'Northness', of: Math.cos },
    { name: 'Eastness', of: Math.sin },
  ].map(({ name, of }) => {
    const tally = new StatisticsAccumulator(name, [-1, 1]);
    return {
      add: (aspects, nodata) => {
        const values = new Float32Array(aspects.length);
        for (let pixel = 0; pixel < values.length; pixel++) {
          const aspect = aspects[pixel] as number;
          values[pixel] = aspect === nodata ? Number.NaN : of((aspect * Math.PI) / 180);
        }
        tally.add(values, Number.NaN);
      },
      row: () => tally.row,
    };
  });
}
