import { creationArguments, nodataText, numbers } from './command.ts';
import type { Bounds, CreationOptions, GdalCommand, GdalDataType, Resampling } from './command.ts';

export interface TranslateOptions {
  readonly input: string;
  readonly output: string;
  /** The only GDAL driver that may open the input; any one by default. */
  readonly inputFormat?: string;
  /** A GDAL driver, e.g. `COG`, `GTiff` or `PNG`. */
  readonly format: string;
  readonly creationOptions?: CreationOptions;
  readonly dataType?: GdalDataType;
  /** Bands to keep, counted from 1, in their new order. */
  readonly bands?: readonly number[];
  readonly nodata?: number | 'none';
  /** Part of the raster to keep: column, row, width and height in pixels. */
  readonly window?: readonly [number, number, number, number];
  /** Part of the raster to keep, in its own CRS. */
  readonly bounds?: Bounds;
  readonly size?: readonly [number, number];
  readonly resampling?: Resampling;
  /** Give the raster this CRS without moving a pixel. */
  readonly assignCrs?: string;
}

/** Converts a raster with `gdal_translate`. */
export function translate(options: TranslateOptions): GdalCommand {
  const { bounds } = options;
  const args = ['-of', options.format];
  for (const band of options.bands ?? []) args.push('-b', ...numbers(band));
  if (options.dataType !== undefined) args.push('-ot', options.dataType);
  if (options.nodata !== undefined) args.push('-a_nodata', nodataText(options.nodata));
  if (options.assignCrs !== undefined) args.push('-a_srs', options.assignCrs);
  if (options.window !== undefined) args.push('-srcwin', ...numbers(...options.window));
  if (bounds !== undefined) args.push('-projwin', ...numbers(bounds[0], bounds[3], bounds[2], bounds[1]));
  if (options.size !== undefined) args.push('-outsize', ...numbers(...options.size));
  if (options.resampling !== undefined)
    args.push('-r', RESAMPLING_NAMES[options.resampling] ?? options.resampling);
  args.push(...creationArguments(options.creationOptions));
  const { input, output, inputFormat } = options;
  return {
    program: 'gdal_translate',
    args,
    inputs: [input],
    output,
    ...(inputFormat === undefined ? {} : { inputFormat }),
  };
}

// gdal_translate spells some methods in full where gdalwarp abbreviates.
const RESAMPLING_NAMES: Partial<Record<Resampling, string>> = { near: 'nearest' };
