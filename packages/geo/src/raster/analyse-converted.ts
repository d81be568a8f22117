import { copyFile, mkdtemp, open, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';

import type { Analysis, AnalyseOptions, AnalysisLimits } from '../findings/index.ts';
import { AnalysisError } from '../findings/index.ts';
import { GdalError, runGdal, translate } from '../gdal/index.ts';
import { analyseBlocks } from './analyse-blocks.ts';
import { checkAsciiGrid } from './check-ascii-grid.ts';
import { decodeJpeg2000 } from './decode-jpeg2000.ts';
import { decodePng, isSwapped } from './decode-png.ts';
import { damagedFor, lacksCodec } from './gdal-refusal.ts';
import { asWide, refuseInexact, WIDE, wideNodata } from './wide-integers.ts';
import { writeCog } from './write-cog.ts';

/** Formats that GDAL turns into a plain GeoTIFF before they are analysed, by the names of its drivers. */
export type ConvertedFormat = 'GTiff' | 'JP2OpenJPEG' | 'USGSDEM' | 'SRTMHGT' | 'AAIGrid' | 'PNG' | 'JPEG';

interface Conversion {
  readonly format: ConvertedFormat;
  readonly mediaType: string;
  /** Keep the GeoTIFF as the alternative: what lies somewhere on Earth is better used as that. */
  readonly keep: boolean;
}

/**
 * Analyses a raster by its conversion to a plain GeoTIFF.
 * @param unread why a GeoTIFF was not read as it is
 * @throws {AnalysisError} when GDAL cannot read it, or it declares more pixels than are converted.
 */
export async function analyseConverted(
  path: string,
  size: number,
  { format, mediaType, keep }: Conversion,
  options: AnalyseOptions,
  limits: Required<AnalysisLimits>,
  unread?: AnalysisError,
): Promise<Analysis> {
  const { alternativePath, ...rest } = options;
  const { fileName, signal } = rest;
  const folder = await mkdtemp(join(tmpdir(), 'fusion-raster-'));
  const kept = keep && alternativePath !== undefined;
  const output = kept ? alternativePath : join(folder, 'converted.tif');
  try {
    const types = await convert(path, format, { output, folder, fileName, signal, limits, unread });
    const wide = types.some((type) => WIDE.has(type));
    if (wide) await refuseInexact(output, fileName, signal);
    // What does not stay can be read but now.
    const all = kept ? limits : { ...limits, maxExactValues: Infinity };
    const written = await analyseWritten(output, size, rest, all);
    const found = wide ? asWide(written, types) : written;
    return {
      ...found,
      publishable: !keep,
      alternative: kept ? { fileType: 'GeoTIFF', fileName: `${parse(fileName).name}.tif` } : null,
      stac: { ...found.stac, mediaType },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What was written here can be read here: where it cannot, that is no fault of the file. */
async function analyseWritten(...work: Parameters<typeof analyseBlocks>): Promise<Analysis> {
  try {
    return await analyseBlocks(...work);
  } catch (error) {
    if (!(error instanceof AnalysisError) || error.code !== 'damaged') throw error;
    throw new Error(`what GDAL made of it cannot be read: ${error.message}`, { cause: error });
  }
}

interface ConvertOptions {
  readonly output: string;
  readonly folder: string;
  readonly fileName: string;
  readonly signal: AbortSignal | undefined;
  readonly limits: Required<AnalysisLimits>;
  readonly unread: AnalysisError | undefined;
}

/** @returns the types of the bands, as GDAL names them */
async function convert(
  path: string,
  format: ConvertedFormat,
  options: ConvertOptions,
): Promise<readonly string[]> {
  const { output, folder, fileName, signal, limits, unread } = options;
  const run = signal === undefined ? {} : { signal };
  try {
    // The driver reads the place from the name, which the stored file has lost.
    const input = format === 'SRTMHGT' ? await named(path, fileName, folder) : path;
    const header = await readHeader(input, format, folder, run);
    if (unread !== undefined) checkUnread(header, unread);
    checkSize(header, fileName, limits);
    await checkContent(path, format, header, fileName);
    await write(path, input, format, { ...options, header });
    return header.types;
  } catch (error) {
    if (!(error instanceof GdalError)) throw error;
    if (isFull(error))
      throw Object.assign(new Error('the disk is full', { cause: error }), { code: 'ENOSPC' });
    if (unread?.code === 'unsupported' && lacksCodec(error)) throw unread;
    if (format !== 'JP2OpenJPEG' || !lacksDriver(error)) throw damagedFor(error, fileName, NAMES[format]);
    const decoded = join(folder, 'decoded.tif');
    const header = await decodeJpeg2000(path, decoded, fileName);
    await writeCog({
      input: decoded,
      output,
      inputFormat: 'GTiff',
      resampling: header.classes ? 'near' : 'average',
      ...run,
    });
    return [];
  }
}

/** Writes a Cloud Optimised GeoTIFF that is read block by block. */
async function write(
  path: string,
  input: string,
  format: ConvertedFormat,
  { output, folder, fileName, signal, header }: ConvertOptions & { readonly header: Header },
): Promise<void> {
  const run = signal === undefined ? {} : { signal };
  const resampling = header.classes ? 'near' : 'average';
  if (header.types.some((type) => WIDE.has(type))) {
    const nodata = wideNodata(header.nodata, fileName);
    const known = nodata === undefined ? {} : { nodata };
    return await writeCog({
      input,
      output,
      inputFormat: format,
      resampling,
      dataType: 'Float64',
      ...known,
      ...run,
    });
  }
  if (format === 'PNG' && (await isSwapped(path))) {
    const decoded = join(folder, 'decoded.tif');
    await decodePng(path, decoded, fileName);
    return await writeCog({ input: decoded, output, inputFormat: 'GTiff', resampling, ...run });
  }
  if (!header.oddBits) return await writeCog({ input, output, inputFormat: format, resampling, ...run });
  // The 15 bits of Sentinel-2 would be kept, which few readers of TIFF understand, and the COG driver cannot widen them.
  const widened = join(folder, 'widened.tif');
  await runGdal(
    translate({
      input,
      output: widened,
      format: 'GTiff',
      inputFormat: format,
      creationOptions: { NBITS: header.oddBits },
    }),
    run,
  );
  return await writeCog({ input: widened, output, inputFormat: 'GTiff', resampling, ...run });
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  /** As GDAL names them, one for each band. */
  readonly types: readonly string[];
  /** One band of 8 bits may hold classes, whose numbers have no mean. */
  readonly classes: boolean;
  /** The text of the number that stands for no value. */
  readonly nodata: string | undefined;
  /** The width of a value in bits that one of another width is best widened to. */
  readonly oddBits: 8 | 16 | 32 | null;
}

/** What GDAL reads before any pixel. */
async function readHeader(
  input: string,
  format: string,
  folder: string,
  run: { signal?: AbortSignal },
): Promise<Header> {
  const output = join(folder, 'header.vrt');
  await runGdal(translate({ input, output, format: 'VRT', inputFormat: format }), run);
  const text = await readFile(output, 'utf8');
  const [, width, height] = /rasterXSize="(\d+)" rasterYSize="(\d+)"/.exec(text) ?? [];
  const types = [...text.matchAll(/<VRTRasterBand dataType="(\w+)"/g)].map(([, type = '']) => type);
  return {
    width: Number(width),
    height: Number(height),
    bands: types.length,
    types,
    classes: types.length === 1 && types[0] === 'Byte',
    nodata: /<NoDataValue>([^<]*)<\/NoDataValue>/.exec(text)?.[1],
    oddBits: /<MDI key="NBITS">/.test(text)
      ? types[0] === 'Byte'
        ? 8
        : types[0]?.endsWith('16')
          ? 16
          : 32
      : null,
  };
}

/** Values of a GeoTIFF that seems damaged up to which GDAL is asked whether it is: it would fill in what is missing. */
const MOST_DOUBTED = 100_000_000;

/** Of what GDAL reads some is not worked on here either. */
function checkUnread({ width, height, bands, types }: Header, unread: AnalysisError): void {
  const beyond = types.some((type) => type.startsWith('C'));
  if (beyond || (unread.code === 'damaged' && width * height * bands > MOST_DOUBTED)) throw unread;
}

function checkSize(
  { width, height, bands }: Header,
  fileName: string,
  { maxConvertedPixels }: Required<AnalysisLimits>,
): void {
  if (width * height * bands <= maxConvertedPixels) return;
  throw new AnalysisError(
    'too_large',
    `${fileName} declares ${width} x ${height} pixels in ${bands} bands, more than the ${maxConvertedPixels} values that are converted. Save it as a Cloud Optimised GeoTIFF, or split it`,
  );
}

/** No picture is packed to a fifth of what DEFLATE can do at most, 1 : 1032, unless there is nothing on it. */
const MOST_PACKED = 200;
const SMALL_PICTURE = 100_000_000;

/** What GDAL would let pass: a PNG that holds next to nothing, and a JPEG whose end is missing, which it fills with grey. */
async function checkContent(
  path: string,
  format: ConvertedFormat,
  { width, height, bands, types }: Header,
  fileName: string,
): Promise<void> {
  if (format === 'AAIGrid') await checkAsciiGrid(path, { width, height, type: types[0] }, fileName);
  if (format === 'PNG') {
    const { size } = await stat(path);
    const values = width * height * bands;
    if (values > SMALL_PICTURE && values > size * MOST_PACKED)
      throw new AnalysisError(
        'too_large',
        `${fileName} unpacks to ${Math.round(values / size)} times its size, ${width} x ${height} pixels: that is no picture. Save what is on it in a smaller one`,
      );
  }
  if (format === 'JPEG' && !(await hasEnd(path)))
    throw new AnalysisError(
      'damaged',
      `${fileName} cannot be read as a JPEG image: it is cut off before its end. Export it again`,
    );
}

const TAIL = 64 * 1024;

/** Whether the last scan of a JPEG is followed by the marker of its end. Bytes of pixels never look like one. */
async function hasEnd(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - TAIL);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(TAIL), 0, TAIL, start);
    const tail = buffer.subarray(0, bytesRead);
    const end = tail.lastIndexOf(Buffer.from([0xff, 0xd9]));
    return end >= 0 && tail.indexOf(Buffer.from([0xff, 0xda]), end) < 0;
  } finally {
    await file.close();
  }
}

const PLACE = /([NS]\d{2}[EW]\d{3})/i;

async function named(path: string, fileName: string, folder: string): Promise<string> {
  const place = PLACE.exec(fileName)?.[1];
  if (place === undefined)
    throw new AnalysisError(
      'invalid',
      `${fileName} does not say where it lies: an SRTM tile is named after its south-west corner, N55W005.hgt for one`,
    );
  const copy = join(folder, `${place.toUpperCase()}.hgt`);
  await copyFile(path, copy);
  return copy;
}

/** GDAL says what the system said to it: no fault of the file. */
function isFull({ stderr }: GdalError): boolean {
  return /No space left on device|Disk quota exceeded/i.test(stderr);
}

/** GDAL's WebAssembly never has JPEG 2000, and native tools may lack it. */
function lacksDriver({ stderr }: GdalError): boolean {
  return /not recognized as|JP2OpenJPEG/i.test(stderr);
}

const NAMES: Readonly<Record<ConvertedFormat, string>> = {
  GTiff: 'a GeoTIFF',
  JP2OpenJPEG: 'a JPEG 2000 image',
  USGSDEM: 'a USGS DEM',
  SRTMHGT: 'an SRTM tile',
  AAIGrid: 'an ASCII grid',
  PNG: 'a PNG image',
  JPEG: 'a JPEG image',
};
