import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { AnalysisError } from '../findings/index.ts';
import { placeOfJpeg2000 } from './jpeg2000-boxes.ts';
import type { TypedArray } from './typed-array.ts';
import { writeGeoTiff } from './write-geotiff.ts';

/** The whole image is held in memory several times over: 4 bytes a value in the decoder alone. */
const MOST_VALUES = 64_000_000;

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  readonly componentCount: number;
  readonly isSigned: boolean;
}

interface Decoder {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  readHeader(): void;
  decode(): void;
  getFrameInfo(): Frame;
}

type Factory = (settings: object) => Promise<{ J2KDecoder: new () => Decoder }>;

/** Decodes JPEG 2000 without GDAL and writes it as a plain GeoTIFF. */
export async function decodeJpeg2000(
  path: string,
  output: string,
  fileName: string,
): Promise<{ readonly classes: boolean }> {
  const bytes = await readFile(path);
  const decoder = await startDecoder();
  decoder.getEncodedBuffer(bytes.length).set(bytes);
  const frame = attempt(fileName, () => {
    decoder.readHeader();
    return decoder.getFrameInfo();
  });
  const { width, height, componentCount, bitsPerSample, isSigned } = frame;
  if (width * height * componentCount > MOST_VALUES)
    throw new AnalysisError(
      'too_large',
      `${fileName} has ${width} x ${height} pixels in ${componentCount} bands, more than is decoded without native GDAL. Install GDAL's tools beside the platform, or save it as a Cloud Optimised GeoTIFF`,
    );
  attempt(fileName, () => decoder.decode());
  const bands = separate(decoder.getDecodedBuffer(), width * height, componentCount, bitsPerSample, isSigned);
  const { transform, crs } = placeOfJpeg2000(bytes) ?? { transform: null, crs: null };
  const [west = 0, stepX = 1, , north = height, , stepY = -1] = transform ?? [];
  await writeGeoTiff(output, {
    data: bands,
    width,
    height,
    bounds: [west, north + height * stepY, west + width * stepX, north],
    crs,
  });
  return { classes: componentCount === 1 && bitsPerSample <= 8 };
}

function attempt<T>(fileName: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    // The decoder throws pointers into its own memory.
    throw new AnalysisError(
      'damaged',
      `${fileName} cannot be read as a JPEG 2000 image: it is damaged or cut off. Export it again`,
      { cause },
    );
  }
}

async function startDecoder(): Promise<Decoder> {
  const require = createRequire(import.meta.url);
  const script = require.resolve('@cornerstonejs/codec-openjpeg/decodewasmjs');
  const factory = require(script) as Factory;
  const { J2KDecoder } = await factory({
    locateFile: (name: string) => join(dirname(script), name),
    print: () => undefined,
    printErr: () => undefined,
  });
  return new J2KDecoder();
}

/** The decoder gives the bands pixel by pixel, in one or two bytes a value. */
function separate(
  bytes: Uint8Array,
  pixels: number,
  bands: number,
  bits: number,
  signed: boolean,
): TypedArray[] {
  const start = bytes.byteOffset;
  const kinds = bits > 8 ? (signed ? Int16Array : Uint16Array) : signed ? Int8Array : Uint8Array;
  const all = new kinds(bytes.buffer as ArrayBuffer, start, pixels * bands);
  return Array.from({ length: bands }, (_, band) => {
    if (bands === 1) return all.slice();
    const plane = new kinds(pixels);
    for (let pixel = 0; pixel < pixels; pixel++) plane[pixel] = all[pixel * bands + band] as number;
    return plane;
  });
}
