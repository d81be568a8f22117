import { ASCII, DOUBLE, LONG, SHORT } from '../raster/index.ts';
import type { TiffTag } from '../raster/index.ts';

/** One image of a TIFF file: its tags, and how many bytes each of its tiles has. */
export interface TiffImage {
  readonly tags: readonly TiffTag[];
  readonly tileLengths: readonly number[];
}

/** How numbers are laid out: classic TIFF has offsets of 4 bytes, BigTIFF of 8. */
interface Layout {
  readonly big: boolean;
  readonly countBytes: number;
  readonly entryBytes: number;
  /** Values up to so many bytes stand in the entry itself. */
  readonly inPlace: number;
}

const CLASSIC: Layout = { big: false, countBytes: 2, entryBytes: 12, inPlace: 4 };
const BIG: Layout = { big: true, countBytes: 8, entryBytes: 20, inPlace: 8 };

const LONG8: TiffTag['type'] = {
  code: 16,
  bytes: 8,
  write: (buffer, value, offset) => void buffer.writeBigUInt64LE(BigInt(value), offset),
};

const TILE_OFFSETS = 324;
const TILE_LENGTHS = 325;

/**
 * Everything before the pixels of a Cloud Optimised GeoTIFF: the directories of its images from the largest to the
 * smallest. The tiles are to follow at once, those of the smallest image first.
 */
export function tiffDirectories(images: readonly TiffImage[], forceBig = false): Buffer {
  const bytes = images.flatMap(({ tileLengths }) => tileLengths).reduce((sum, length) => sum + length, 0);
  // Room is left for the directories.
  const big =
    forceBig ||
    bytes + 24 * images.reduce((sum, { tileLengths }) => sum + tileLengths.length, 0) > 4_200_000_000;
  const layout = big ? BIG : CLASSIC;
  const first = big ? 16 : 8;
  const ends: number[] = [];
  for (const image of images)
    ends.push((ends.at(-1) ?? first) + directoryBytes(entries(image, layout), layout));
  const buffer = Buffer.alloc(ends.at(-1) ?? first);
  writeHeader(buffer, layout, first);
  let pixels = buffer.length;
  for (const [index, image] of [...images.entries()].toReversed()) {
    const offsets = image.tileLengths.map((length) => {
      const offset = length === 0 ? 0 : pixels;
      pixels += length;
      return offset;
    });
    const next = index === images.length - 1 ? 0 : (ends[index] as number);
    writeDirectory(buffer, entries(image, layout, offsets), { layout, at: ends[index - 1] ?? first, next });
  }
  return buffer;
}

function entries({ tags, tileLengths }: TiffImage, { big }: Layout, offsets = tileLengths): TiffTag[] {
  return [
    ...tags,
    { tag: TILE_OFFSETS, type: big ? LONG8 : LONG, values: offsets },
    { tag: TILE_LENGTHS, type: LONG, values: tileLengths },
  ].toSorted((a, b) => a.tag - b.tag);
}

function outsideBytes({ type, values }: TiffTag, { inPlace }: Layout): number {
  const bytes = values.length * type.bytes;
  return bytes > inPlace ? align(bytes) : 0;
}

function directoryBytes(tags: readonly TiffTag[], layout: Layout): number {
  const own = align(layout.countBytes + tags.length * layout.entryBytes + (layout.big ? 8 : 4));
  return tags.reduce((sum, tag) => sum + outsideBytes(tag, layout), own);
}

function writeHeader(buffer: Buffer, { big }: Layout, first: number): void {
  buffer.write('II', 0, 'latin1');
  buffer.writeUInt16LE(big ? 43 : 42, 2);
  if (big) {
    buffer.writeUInt16LE(8, 4);
    buffer.writeBigUInt64LE(BigInt(first), 8);
  } else buffer.writeUInt32LE(first, 4);
}

function writeDirectory(
  buffer: Buffer,
  tags: readonly TiffTag[],
  { layout, at, next }: { layout: Layout; at: number; next: number },
): void {
  const { big, countBytes, entryBytes, inPlace } = layout;
  const pointer = (value: number, offset: number): void => {
    if (big) buffer.writeBigUInt64LE(BigInt(value), offset);
    else buffer.writeUInt32LE(value, offset);
  };
  if (big) buffer.writeBigUInt64LE(BigInt(tags.length), at);
  else buffer.writeUInt16LE(tags.length, at);
  const end = at + countBytes + tags.length * entryBytes;
  pointer(next, end);
  let free = at + align(end + (big ? 8 : 4) - at);
  for (const [index, tag] of tags.entries()) {
    const entry = at + countBytes + index * entryBytes;
    buffer.writeUInt16LE(tag.tag, entry);
    buffer.writeUInt16LE(tag.type.code, entry + 2);
    pointer(tag.values.length, entry + 4);
    const outside = outsideBytes(tag, layout);
    const place = outside === 0 ? entry + entryBytes - inPlace : free;
    if (outside > 0) pointer(free, entry + entryBytes - inPlace);
    free += outside;
    for (const [position, value] of tag.values.entries())
      tag.type.write(buffer, value, place + position * tag.type.bytes);
  }
}

/** A text as a tag has it. */
export function asciiTag(tag: number, text: string): TiffTag {
  return { tag, type: ASCII, values: [...Buffer.from(`${text}\0`)] };
}

export function shortTag(tag: number, ...values: number[]): TiffTag {
  return { tag, type: SHORT, values };
}

export function longTag(tag: number, ...values: number[]): TiffTag {
  return { tag, type: LONG, values };
}

export function doubleTag(tag: number, values: readonly number[]): TiffTag {
  return { tag, type: DOUBLE, values };
}

function align(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
