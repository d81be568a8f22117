import { GeoTIFF } from 'geotiff';
import type { GeoTIFFImage } from 'geotiff';

import { AnalysisError, defaultLimits } from '../findings/index.ts';
import type { AnalysisLimits } from '../findings/index.ts';
import { CorruptBlockError } from './decoder.ts';
import { FileSource } from './file-source.ts';
import { georeferenceOf } from './georeference.ts';
import type { Georeference } from './georeference.ts';
import { whyUnread } from './unread.ts';

export interface Raster {
  readonly fileName: string;
  readonly fileSize: number;
  /** Full resolution. */
  readonly image: GeoTIFFImage;
  /** Smaller copies in the file, largest first; masks are left out. */
  readonly overviews: readonly GeoTIFFImage[];
  /** Where the directory of each image begins, in the file's own order; masks included. */
  readonly directories: readonly Directory[];
  /** The band that says how opaque a pixel is; null without one. */
  readonly alpha: number | null;
  readonly width: number;
  readonly height: number;
  /** One for each band, e.g. `float32`. */
  readonly dataTypes: readonly string[];
  readonly nodata: number | null;
  readonly georeference: Georeference;
}

interface Directory {
  readonly offset: number;
  readonly image: GeoTIFFImage;
}

const MAX_IMAGES = 64;

interface OpenRasterOptions {
  readonly fileName: string;
  readonly limits?: Required<AnalysisLimits>;
  readonly signal?: AbortSignal | undefined;
}

/** A raster that stays open until it is closed. */
export interface OpenRaster {
  readonly raster: Raster;
  readonly close: () => Promise<void>;
}

/**
 * Opens a local GeoTIFF and checks what it declares against what the file can hold, before any pixel is read.
 * @throws {AnalysisError}
 */
export async function openRaster(
  path: string,
  { fileName, limits = defaultLimits, signal }: OpenRasterOptions,
): Promise<OpenRaster> {
  const source = await FileSource.open(path);
  try {
    return { raster: await describe(source, fileName, limits), close: () => source.close() };
  } catch (error) {
    await source.close();
    signal?.throwIfAborted();
    throw asAnalysisError(error, fileName);
  }
}

/**
 * Opens a local GeoTIFF for as long as `use` takes.
 * @throws {AnalysisError}, for what geotiff throws within `use` too.
 */
export async function withRaster<T>(
  path: string,
  options: OpenRasterOptions,
  use: (raster: Raster) => Promise<T>,
): Promise<T> {
  const { raster, close } = await openRaster(path, options);
  try {
    return await use(raster);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw asAnalysisError(error, options.fileName);
  } finally {
    await close();
  }
}

/** geotiff throws plain errors, and range errors where a number in the file leads nowhere. */
export function asAnalysisError(error: unknown, fileName: string): unknown {
  // What the system refuses, a full disk for one, is not the file's fault.
  if (error instanceof AnalysisError || (error instanceof Error && 'syscall' in error)) return error;
  const { message } = error as Error;
  const Damaged = error instanceof CorruptBlockError ? CorruptPixelsError : AnalysisError;
  return new Damaged(
    'damaged',
    `${fileName} cannot be read as a GeoTIFF: it is damaged or cut off (${message}). Export it again`,
    { cause: error },
  );
}

async function describe(
  source: FileSource,
  fileName: string,
  limits: Required<AnalysisLimits>,
): Promise<Raster> {
  const tiff = await GeoTIFF.fromSource(source);
  const image = await tiff.getImage(0);
  await checkImage(image, source.fileSize, fileName, limits);
  const directories: Directory[] = [{ offset: tiff.firstIFDOffset, image }];
  for (let index = 1; index < MAX_IMAGES; index++) {
    const offset = directories.at(-1)?.image.fileDirectory.nextIFDByteOffset ?? 0;
    if (offset === 0) break;
    if (directories.some((directory) => directory.offset === offset))
      throw damaged(fileName, 'its directories lead in a circle');
    const other = await tiff.getImage(index);
    await checkImage(other, source.fileSize, fileName, limits);
    directories.push({ offset, image: other });
  }
  const overviews = directories
    .map((directory) => directory.image)
    .filter((other) => subfileType(other) === REDUCED);
  const bands = image.getSamplesPerPixel();
  return {
    fileName,
    fileSize: source.fileSize,
    image,
    overviews: overviews.toSorted((a, b) => b.getWidth() - a.getWidth()),
    directories,
    width: image.getWidth(),
    height: image.getHeight(),
    dataTypes: Array.from({ length: bands }, (_, band) => dataType(image, band)),
    alpha: alphaOf(image),
    nodata: nodataOf(image),
    georeference: georeferenceOf(image),
  };
}

async function checkImage(
  image: GeoTIFFImage,
  fileSize: number,
  fileName: string,
  limits: Required<AnalysisLimits>,
): Promise<void> {
  const [width, height, bands] = [image.getWidth(), image.getHeight(), image.getSamplesPerPixel()];
  if (!(width >= 1 && height >= 1 && bands >= 1)) throw damaged(fileName, 'it declares no size');
  if (width * height * bands > limits.maxPixels)
    throw new AnalysisError(
      'too_large',
      `${fileName} declares ${width} x ${height} pixels in ${bands} bands, more than the ${limits.maxPixels} values that are accepted. Split it`,
    );
  checkSamples(image, fileName);
  const why = await whyUnread(image);
  if (why !== null)
    throw new AnalysisError(
      'unsupported',
      `${fileName} ${why}, which is not read here. Save it as a Cloud Optimised GeoTIFF with GDAL`,
    );
  const [blockWidth, blockHeight] = [image.getTileWidth(), Math.min(image.getTileHeight(), height)];
  if (!(blockWidth >= 1 && blockHeight >= 1)) throw damaged(fileName, 'its blocks have no size');
  const planes = image.planarConfiguration === 2 ? bands : 1;
  if (blockWidth * blockHeight * image.getBytesPerPixel() > limits.maxBlockBytes)
    throw new AnalysisError(
      'too_large',
      `${fileName} has blocks of ${blockWidth} x ${blockHeight} pixels, too large to be read one at a time. Save it as a Cloud Optimised GeoTIFF`,
    );
  const blocks = Math.ceil(width / blockWidth) * Math.ceil(height / blockHeight) * planes;
  // A block takes at least 8 bytes in the tables of offsets and lengths; a single one is stored in place.
  if (blocks > 1 && blocks * 4 > fileSize)
    throw damaged(fileName, `it declares ${blocks} blocks, more than the file can hold`);
  const [offsets, lengths] = await Promise.all(
    image.isTiled
      ? [image.fileDirectory.loadValue('TileOffsets'), image.fileDirectory.loadValue('TileByteCounts')]
      : [image.fileDirectory.loadValue('StripOffsets'), image.fileDirectory.loadValue('StripByteCounts')],
  );
  const [starts, sizes] = [list(offsets), list(lengths)];
  if (starts.length < blocks || sizes.length < blocks)
    throw damaged(
      fileName,
      `it declares ${blocks} blocks and lists ${Math.min(starts.length, sizes.length)}`,
    );
  for (let block = 0; block < blocks; block++)
    if (Number(starts[block]) + Number(sizes[block]) > fileSize)
      throw damaged(fileName, `it is cut off: block ${block + 1} of ${blocks} lies beyond its end`);
}

function damaged(fileName: string, what: string): AnalysisError {
  return new AnalysisError('damaged', `${fileName} cannot be read as a GeoTIFF: ${what}. Export it again`);
}

/** Of pixels that are known to be others than were stored, whatever GDAL makes of them. */
export class CorruptPixelsError extends AnalysisError {}

/** Of numbers that are not read here: GDAL does not help, and takes complex ones of 32 bits for integers. */
export class SampleTypeError extends AnalysisError {}

/** Of complex numbers and of integers in more than 32 bits geotiff says that the file is damaged, which it is not. */
function checkSamples(image: GeoTIFFImage, fileName: string): void {
  const [format, bits] = [image.getSampleFormat(0), image.getBitsPerSample(0)];
  // These are GDAL's to read.
  if (format < 3 && bits === 64)
    throw new AnalysisError(
      'unsupported',
      `${fileName} holds integers in 64 bits, which are not read block by block. Save it with 32 bits or as float64`,
    );
  const what =
    format === 5 || format === 6
      ? 'complex numbers'
      : format < 3 && bits > 32
        ? `integers in ${bits} bits`
        : null;
  if (what === null) return;
  throw new SampleTypeError(
    'unsupported',
    `${fileName} holds ${what}, which are not read here. Save ${format < 3 ? 'it with 32 bits or as float64' : 'the real and the imaginary part as bands of their own'}`,
  );
}

function list(value: unknown): ArrayLike<number | bigint> {
  if (typeof value === 'number' || typeof value === 'bigint') return [value];
  return (value ?? []) as ArrayLike<number | bigint>;
}

const REDUCED = 1;

const MASK = 4;

/** The mask that belongs to an image of the raster: 0 where it has no value. */
export function maskOf({ directories }: Raster, image: GeoTIFFImage): GeoTIFFImage | undefined {
  return directories.find(
    ({ image: other }) =>
      (subfileType(other) & MASK) !== 0 &&
      other.getWidth() === image.getWidth() &&
      other.getHeight() === image.getHeight(),
  )?.image;
}

/** Bands beyond the colours that are marked as alpha, whether the colours were multiplied by it or not. */
function alphaOf(image: GeoTIFFImage): number | null {
  const extra: unknown = image.fileDirectory.getValue('ExtraSamples');
  const kinds = typeof extra === 'number' ? [extra] : Array.from((extra ?? []) as ArrayLike<number>);
  const found = kinds.findIndex((kind) => kind === 1 || kind === 2);
  return found < 0 ? null : image.getSamplesPerPixel() - kinds.length + found;
}

/** 0 for the image itself, 1 for a smaller copy, with 4 added for a mask. */
export function subfileType(image: GeoTIFFImage): number {
  return image.fileDirectory.getValue('NewSubfileType') ?? 0;
}

const FORMATS: Readonly<Record<number, string>> = { 1: 'uint', 2: 'int', 3: 'float' };

function dataType(image: GeoTIFFImage, band: number): string {
  const format = FORMATS[image.getSampleFormat(band)];
  return format === undefined ? 'other' : `${format}${image.getBitsPerSample(band)}`;
}

/** As GDAL reads it: a decimal comma will do, and whatever follows the number. */
export function nodataOf(image: GeoTIFFImage): number | null {
  const text: unknown = image.fileDirectory.getValue('GDAL_NODATA');
  if (typeof text !== 'string') return null;
  const value = text.replaceAll('\0', '').trim();
  if (/^[+-]?nan$/i.test(value)) return Number.NaN;
  if (/^[+-]?inf(inity)?$/i.test(value)) return value.startsWith('-') ? -Infinity : Infinity;
  const number = Number.parseFloat(value.replace(',', '.'));
  return Number.isNaN(number) ? null : number;
}
