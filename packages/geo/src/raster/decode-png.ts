import { open, readFile } from 'node:fs/promises';

import { decode } from 'fast-png';

import { AnalysisError } from '../findings/index.ts';
import { writeGeoTiff } from './write-geotiff.ts';

/** The whole image is held in memory several times over. */
const MOST_VALUES = 64_000_000;

/** Whether a PNG is interlaced with 16 bits a value: GDAL before 3.10 swaps the bytes of those. */
export async function isSwapped(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    // The first chunk says so (PNG specification, 11.2.1).
    const { buffer } = await file.read(Buffer.alloc(29), 0, 29, 0);
    return buffer[24] === 16 && buffer[28] === 1;
  } finally {
    await file.close();
  }
}

/** Decodes a PNG of 16 bits without GDAL and writes it as a plain GeoTIFF. @throws {AnalysisError} */
export async function decodePng(path: string, output: string, fileName: string): Promise<void> {
  const bytes = await readFile(path);
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  if (width * height * 4 > MOST_VALUES)
    throw new AnalysisError(
      'too_large',
      `${fileName} is an interlaced PNG of 16 bits with ${width} x ${height} pixels, more than is decoded. Save it without interlacing`,
    );
  const { data, channels } = decoded(bytes, fileName);
  const bands = Array.from({ length: channels }, (_, band) => {
    const plane = new Uint16Array(width * height);
    for (let pixel = 0; pixel < plane.length; pixel++) plane[pixel] = data[pixel * channels + band] as number;
    return plane;
  });
  await writeGeoTiff(output, { data: bands, width, height, bounds: [0, 0, width, height], crs: null });
}

function decoded(bytes: Buffer, fileName: string): ReturnType<typeof decode> {
  try {
    return decode(bytes);
  } catch (cause) {
    throw new AnalysisError(
      'damaged',
      `${fileName} cannot be read as a PNG image: it is damaged or cut off (${(cause as Error).message}). Export it again`,
      { cause },
    );
  }
}
