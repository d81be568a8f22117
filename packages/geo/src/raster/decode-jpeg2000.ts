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
  const declared = declaredSize(bytes);
  if (declared === null) throw damaged(fileName);
  if (declared > MOST_VALUES)
    throw new AnalysisError(
      'too_large',
      `${fileName} declares ${declared} values, more than is decoded without native GDAL. Install GDAL's tools beside the platform, or save it as a Cloud Optimised GeoTIFF`,
    );
  const decoder = await startDecoder();
  decoder.getEncodedBuffer(bytes.length).set(bytes);
  try {
    decoder.decode();
  } catch (cause) {
    // What it throws are pointers into its own memory.
    throw damaged(fileName, cause);
  }
  const { width, height, componentCount, bitsPerSample, isSigned } = decoder.getFrameInfo();
  if (width * height * componentCount === 0) throw damaged(fileName);
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

/** Width times height times bands by the first marker of the codestream (ISO/IEC 15444-1, A.5.1). */
function declaredSize(bytes: Buffer): number | null {
  const marker = bytes.indexOf(Buffer.from([0xff, 0x4f, 0xff, 0x51]));
  if (marker < 0 || marker + 42 > bytes.length) return null;
  const [right, bottom, left, top] = [8, 12, 16, 20].map((offset) => bytes.readUInt32BE(marker + offset)) as [
    number,
    number,
    number,
    number,
  ];
  return (right - left) * (bottom - top) * bytes.readUInt16BE(marker + 40);
}

function damaged(fileName: string, cause?: unknown): AnalysisError {
  return new AnalysisError(
    'damaged',
    `${fileName} cannot be read as a JPEG 2000 image: it is damaged or cut off. Export it again`,
    { cause },
  );
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
