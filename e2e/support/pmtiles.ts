import { crc32, deflateSync, gzipSync } from 'node:zlib';

/** A PMTiles archive of version 3 with a root directory alone, written by its specification. */
export function pmtilesArchive(options: {
  readonly kind: 'mvt' | 'png';
  /** The tiles of whole zoom levels from 0, in the order of their ids. */
  readonly tiles: readonly Uint8Array[];
  readonly maxZoom: number;
  readonly metadata: object;
}): Buffer {
  const { kind, maxZoom } = options;
  const tiles = options.tiles.map((tile) => (kind === 'mvt' ? gzipSync(tile) : Buffer.from(tile)));
  const offsets = tiles.map((_, i) => tiles.slice(0, i).reduce((sum, { length }) => sum + length, 0));
  const directory = gzipSync(
    Buffer.concat([
      varint(tiles.length),
      // Each id less the one before it; how many tiles are alike; lengths; offsets and one more.
      ...tiles.map((_, i) => varint(i === 0 ? 0 : 1)),
      ...tiles.map(() => varint(1)),
      ...tiles.map(({ length }) => varint(length)),
      ...offsets.map((offset) => varint(offset + 1)),
    ]),
  );
  const metadata = gzipSync(JSON.stringify(options.metadata));
  const data = Buffer.concat(tiles);
  const header = Buffer.alloc(127);
  header.write('PMTiles');
  header.writeUInt8(3, 7);
  const numbers = [
    [127, directory.length],
    [127 + directory.length, metadata.length],
    // No leaf directories.
    [127 + directory.length + metadata.length, 0],
    [127 + directory.length + metadata.length, data.length],
    [tiles.length, tiles.length],
    [tiles.length],
  ].flat();
  numbers.forEach((number, i) => header.writeBigUInt64LE(BigInt(number), 8 + i * 8));
  const [none, gzip] = [1, 2];
  header.writeUInt8(1, 96);
  header.writeUInt8(gzip, 97);
  header.writeUInt8(kind === 'mvt' ? gzip : none, 98);
  header.writeUInt8(kind === 'mvt' ? 1 : 2, 99);
  header.writeUInt8(maxZoom, 101);
  [-180, -85, 180, 85].forEach((degrees, i) => header.writeInt32LE(degrees * 1e7, 102 + i * 4));
  return Buffer.concat([header, directory, metadata, data]);
}

export interface VectorFeature {
  readonly kind: 'point' | 'line' | 'polygon';
  /** From 0 to 4096 to the right and down. */
  readonly points: readonly (readonly [number, number])[];
  readonly properties?: Readonly<Record<string, string>>;
}

/** A vector tile (MVT 2.1) of layers by their names. */
export function vectorTile(layers: Readonly<Record<string, readonly VectorFeature[]>>): Buffer {
  const parts = Object.entries(layers).map(([name, features]) => {
    const pairs = features.flatMap(({ properties = {} }) => Object.entries(properties));
    let tag = 0;
    const encoded = features.map(({ kind, points, properties = {} }) => {
      const tags = Object.keys(properties).flatMap(() => [tag, tag++]);
      const type = { point: 1, line: 2, polygon: 3 }[kind];
      return field(
        2,
        Buffer.concat([field(2, packed(tags)), field(3, type), field(4, packed(geometry(kind, points)))]),
      );
    });
    return field(
      3,
      Buffer.concat([
        field(15, 2),
        field(1, Buffer.from(name)),
        ...encoded,
        ...pairs.map(([key]) => field(3, Buffer.from(key))),
        ...pairs.map(([, value]) => field(4, field(1, Buffer.from(value)))),
        field(5, 4096),
      ]),
    );
  });
  return Buffer.concat(parts);
}

function geometry(kind: VectorFeature['kind'], points: VectorFeature['points']): number[] {
  const [moveTo, lineTo, closePath] = [1, 2, 7];
  const command = (id: number, count: number): number => id | (count << 3);
  const steps = points.map(([x, y], i) => {
    const [fromX, fromY] = i === 0 ? [0, 0] : points[i - 1]!;
    return [x - fromX, y - fromY].map((step) => (step << 1) ^ (step >> 31));
  });
  const [first = [], ...rest] = steps;
  return [
    command(moveTo, 1),
    ...first,
    ...(rest.length > 0 ? [command(lineTo, rest.length), ...rest.flat()] : []),
    ...(kind === 'polygon' ? [command(closePath, 1)] : []),
  ];
}

/** A picture of 256 by 256 pixels of one colour. */
export function pngTile(colour: readonly [number, number, number]): Buffer {
  const side = 256;
  const row = Buffer.from([0, ...Array.from({ length: side }, () => colour).flat()]);
  const size = Buffer.alloc(8);
  size.writeUInt32BE(side, 0);
  size.writeUInt32BE(side, 4);
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', Buffer.concat([size, Buffer.from([8, 2, 0, 0, 0])])),
    chunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: side }, () => row)))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) | 128);
  return Buffer.from([...bytes, left]);
}

const packed = (values: readonly number[]): Buffer => Buffer.concat(values.map(varint));

/** A field of a protocol buffer: a number, or bytes with their length before them. */
const field = (id: number, value: number | Buffer): Buffer =>
  typeof value === 'number'
    ? Buffer.concat([varint(id << 3), varint(value)])
    : Buffer.concat([varint((id << 3) | 2), varint(value.length), value]);
