import { creationArguments, nodataText, numbers } from './command.ts';
import type { Bounds, CreationOptions, GdalCommand, GdalDataType, Resampling } from './command.ts';

export interface WarpOptions {
  /** Rasters, in the order in which they are laid down: the last one lies on top. */
  readonly inputs: readonly string[];
  readonly output: string;
  /** Extent of the output in the target CRS, or in `boundsCrs`. */
  readonly bounds?: Bounds;
  readonly boundsCrs?: string;
  readonly targetCrs?: string;
  readonly sourceCrs?: string;
  /** Pixel size in units of the target CRS, x and y, both positive. */
  readonly resolution?: readonly [number, number];
  /** Width and height of the output in pixels, instead of a resolution. */
  readonly size?: readonly [number, number];
  /** Widen the bounds to whole multiples of the resolution, so that neighbouring outputs line up. */
  readonly alignPixels?: boolean;
  readonly resampling?: Resampling;
  /** Path of a vector file: pixels whose centre is outside its polygons become nodata. */
  readonly cutline?: string;
  readonly cropToCutline?: boolean;
  readonly sourceNodata?: number | 'none';
  readonly destinationNodata?: number | 'none';
  /** A GDAL driver, e.g. `GTiff`, `COG` or `VRT`. */
  readonly format: string;
  readonly creationOptions?: CreationOptions;
  readonly dataType?: GdalDataType;
}

/** Mosaics and reprojects rasters with `gdalwarp`. An output that exists is replaced. */
export function warp(options: WarpOptions): GdalCommand {
  const { bounds, resolution, size, cutline } = options;
  const args = ['-overwrite', '-of', options.format];
  if (options.sourceCrs !== undefined) args.push('-s_srs', options.sourceCrs);
  if (options.targetCrs !== undefined) args.push('-t_srs', options.targetCrs);
  if (bounds !== undefined) args.push('-te', ...numbers(...bounds));
  if (bounds !== undefined && options.boundsCrs !== undefined) args.push('-te_srs', options.boundsCrs);
  if (resolution !== undefined) args.push('-tr', ...numbers(...resolution));
  if (size !== undefined) args.push('-ts', ...numbers(...size));
  if (options.alignPixels === true) args.push('-tap');
  if (options.resampling !== undefined) args.push('-r', options.resampling);
  if (cutline !== undefined) args.push('-cutline', cutline);
  if (options.cropToCutline === true) args.push('-crop_to_cutline');
  if (options.sourceNodata !== undefined) args.push('-srcnodata', nodataText(options.sourceNodata));
  if (options.destinationNodata !== undefined) args.push('-dstnodata', nodataText(options.destinationNodata));
  if (options.dataType !== undefined) args.push('-ot', options.dataType);
  args.push(...creationArguments(options.creationOptions));
  return { program: 'gdalwarp', args, inputs: [...options.inputs], output: options.output };
}
