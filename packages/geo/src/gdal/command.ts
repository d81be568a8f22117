/** One call of a GDAL program, as data. Paths may be relative: they are taken from the runner's `cwd`. */
export interface GdalCommand {
  readonly program: 'gdalwarp' | 'gdal_translate' | 'gdalbuildvrt';
  /** The options alone, without the inputs and the output. */
  readonly args: readonly string[];
  readonly inputs: readonly string[];
  readonly output: string;
  /** The only GDAL driver that may open the inputs; any one by default. A file from outside could be a VRT that names others. */
  readonly inputFormat?: string;
}

export type Resampling =
  | 'near'
  | 'bilinear'
  | 'cubic'
  | 'cubicspline'
  | 'lanczos'
  | 'average'
  | 'mode'
  | 'max'
  | 'min'
  | 'med';

export type GdalDataType = 'Byte' | 'Int16' | 'UInt16' | 'Int32' | 'UInt32' | 'Float32' | 'Float64';

/** West, south, east, north (or minimum x, minimum y, maximum x, maximum y of a projected CRS). */
export type Bounds = readonly [number, number, number, number];

/** Options of a format, e.g. `{ COMPRESS: 'DEFLATE', BLOCKSIZE: 512 }`. */
export type CreationOptions = Readonly<Record<string, string | number | boolean>>;

/** The whole command line after the program's name, in the order that the program wants. */
export function commandLine({ program, args, inputs, output, inputFormat }: GdalCommand): string[] {
  switch (program) {
    case 'gdalbuildvrt':
      return [...args, output, ...inputs];
    case 'gdalwarp':
    case 'gdal_translate':
      return [...formatArguments(inputFormat), ...args, ...inputs, output];
  }
}

/** Reading TIFF in several threads, GDAL 3.6 calls files wrong that are not; writing goes on in several. */
function formatArguments(format: string | undefined): string[] {
  if (format === undefined) return [];
  return ['-if', format, ...(format === 'GTiff' ? ['-oo', 'NUM_THREADS=1'] : [])];
}

export function creationArguments(options: CreationOptions = {}): string[] {
  return Object.entries(options).flatMap(([name, value]) => ['-co', `${name}=${optionText(value)}`]);
}

/** A number in full: GDAL reads what JavaScript prints, exponents included. */
export function numbers(...values: readonly number[]): string[] {
  for (const value of values)
    if (Number.isNaN(value)) throw new RangeError('a GDAL argument must be a number, not NaN');
  return values.map(String);
}

/** A nodata value as GDAL writes it. */
export function nodataText(value: number | 'none'): string {
  if (value === 'none') return 'none';
  if (Number.isNaN(value)) return 'nan';
  return String(value);
}

function optionText(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'YES' : 'NO';
  return String(value);
}
