import { nodataText, numbers } from './command.ts';
import type { Bounds, GdalCommand, Resampling } from './command.ts';

export interface BuildVrtOptions {
  /** Rasters of one CRS and one band layout; the last one lies on top. */
  readonly inputs: readonly string[];
  readonly output: string;
  readonly bounds?: Bounds;
  readonly resolution?: readonly [number, number] | 'highest' | 'lowest' | 'average';
  readonly sourceNodata?: number;
  readonly nodata?: number;
  /** Every input becomes a band of its own. */
  readonly separate?: boolean;
  readonly resampling?: Resampling;
}

/** Describes a mosaic in a small file that refers to its parts, with `gdalbuildvrt`. */
export function buildVrt(options: BuildVrtOptions): GdalCommand {
  const { resolution } = options;
  const args = ['-overwrite'];
  if (options.bounds !== undefined) args.push('-te', ...numbers(...options.bounds));
  if (typeof resolution === 'string') args.push('-resolution', resolution);
  else if (resolution !== undefined) args.push('-resolution', 'user', '-tr', ...numbers(...resolution));
  if (options.sourceNodata !== undefined) args.push('-srcnodata', nodataText(options.sourceNodata));
  if (options.nodata !== undefined) args.push('-vrtnodata', nodataText(options.nodata));
  if (options.separate === true) args.push('-separate');
  if (options.resampling !== undefined) args.push('-r', options.resampling);
  return { program: 'gdalbuildvrt', args, inputs: [...options.inputs], output: options.output };
}
