/** A tag of a TIFF directory and its values. */
export interface TiffTag {
  readonly tag: number;
  readonly type: TiffType;
  readonly values: readonly number[];
}

interface TiffType {
  readonly code: number;
  readonly bytes: number;
  readonly write: (buffer: Buffer, value: number, offset: number) => void;
}

export const ASCII: TiffType = {
  code: 2,
  bytes: 1,
  write: (buffer, value, offset) => void buffer.writeUInt8(value, offset),
};
export const SHORT: TiffType = {
  code: 3,
  bytes: 2,
  write: (buffer, value, offset) => void buffer.writeUInt16LE(value, offset),
};
export const LONG: TiffType = {
  code: 4,
  bytes: 4,
  write: (buffer, value, offset) => void buffer.writeUInt32LE(value, offset),
};
export const DOUBLE: TiffType = {
  code: 12,
  bytes: 8,
  write: (buffer, value, offset) => void buffer.writeDoubleLE(value, offset),
};

const STRIP_OFFSETS = 273;
const STRIP_LENGTHS = 279;
const START = 8;

/** Everything before the pixels of a little-endian TIFF with one image, whose strips follow at once in their order. */
export function tiffHeader(tags: readonly TiffTag[], stripLengths: readonly number[]): Buffer {
  const all: TiffTag[] = [
    ...tags,
    { tag: STRIP_OFFSETS, type: LONG, values: stripLengths },
    { tag: STRIP_LENGTHS, type: LONG, values: stripLengths },
  ].toSorted((a, b) => a.tag - b.tag);
  const directory = 2 + all.length * 12 + 4;
  const outside = all.map(({ type, values }) =>
    values.length * type.bytes > 4 ? align(values.length * type.bytes) : 0,
  );
  const length = outside.reduce((sum, bytes) => sum + bytes, align(START + directory));
  const buffer = Buffer.alloc(length);
  buffer.write('II', 0, 'latin1');
  buffer.writeUInt16LE(42, 2);
  buffer.writeUInt32LE(START, 4);
  buffer.writeUInt16LE(all.length, START);
  let free = align(START + directory);
  for (const [index, { tag, type, values }] of all.entries()) {
    const entry = START + 2 + index * 12;
    buffer.writeUInt16LE(tag, entry);
    buffer.writeUInt16LE(type.code, entry + 2);
    buffer.writeUInt32LE(values.length, entry + 4);
    const own = outside[index] ?? 0;
    const at = own === 0 ? entry + 8 : free;
    if (own > 0) buffer.writeUInt32LE(free, entry + 8);
    free += own;
    const written = tag === STRIP_OFFSETS ? offsets(length, values) : values;
    for (const [place, value] of written.entries()) type.write(buffer, value, at + place * type.bytes);
  }
  return buffer;
}

function offsets(start: number, lengths: readonly number[]): number[] {
  let next = start;
  return lengths.map((length) => {
    const offset = next;
    next += length;
    return offset;
  });
}

function align(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
