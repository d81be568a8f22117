import type { TypedValue } from '@fusion-platform/contract/options';

import type { DataDescription } from '../data/index.ts';
import type { Names } from './expressions.ts';
import type { ProcessOption } from './parts.ts';

/** An option with its value read. */
export interface ReadOption {
  readonly option: ProcessOption;
  readonly value: TypedValue;
}

/**
 * What the expressions of a service can name: options by their name (its own before those of others), `inputs` (their
 * number), and of each input N, counted from 1 in the order of the process: `input_N_area` (m²), `input_N_area_km2`,
 * `input_N_length` (m), `input_N_size` (bytes), `input_N_files`, `input_N_polygons`, all zero while it has no data.
 */
export function namesOf(
  ssdId: string,
  options: readonly ReadOption[],
  inputs: readonly (DataDescription | undefined)[],
): Names {
  const own = options.filter(({ option }) => option.ssd_id === ssdId);
  const others = options.filter(({ option }) => option.ssd_id !== ssdId);
  const names: Record<string, TypedValue> = { inputs: inputs.length };
  for (const [index, input] of inputs.entries()) {
    const prefix = `input_${index + 1}`;
    names[`${prefix}_area`] = input?.area ?? 0;
    names[`${prefix}_area_km2`] = (input?.area ?? 0) / 1e6;
    names[`${prefix}_length`] = input?.length ?? 0;
    names[`${prefix}_size`] = input?.size ?? 0;
    names[`${prefix}_files`] = input?.files ?? 0;
    names[`${prefix}_polygons`] = input?.polygons ?? 0;
  }
  for (const { option, value } of [...others, ...own]) names[option.name] = value;
  return names;
}
