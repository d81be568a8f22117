/** A Shapefile's two tables, made by hand. Rings and lines are lists of positions in the file's own coordinates. */
export interface ShapefileRecord {
  readonly rings: readonly (readonly (readonly [number, number])[])[];
  /** Padded to 10 characters. */
  readonly name: string;
  readonly height: number | null;
  /** `20240203`. */
  readonly seen: string;
}

const POLYGON = 5;

export function polygonShp(records: readonly ShapefileRecord[]): Buffer {
  const bodies = records.map(({ rings }, index) => {
    const points = rings.flat();
    const body = Buffer.alloc(8 + 44 + 4 * rings.length + 16 * points.length);
    body.writeInt32BE(index + 1, 0);
    body.writeInt32BE((body.length - 8) / 2, 4);
    body.writeInt32LE(POLYGON, 8);
    for (const [place, value] of box(points).entries()) body.writeDoubleLE(value, 12 + place * 8);
    body.writeInt32LE(rings.length, 44);
    body.writeInt32LE(points.length, 48);
    let start = 0;
    for (const [place, ring] of rings.entries()) {
      body.writeInt32LE(start, 52 + place * 4);
      start += ring.length;
    }
    for (const [place, [x, y]] of points.entries()) {
      body.writeDoubleLE(x, 52 + 4 * rings.length + place * 16);
      body.writeDoubleLE(y, 60 + 4 * rings.length + place * 16);
    }
    return body;
  });
  const header = Buffer.alloc(100);
  header.writeInt32BE(9994, 0);
  header.writeInt32BE((100 + bodies.reduce((sum, { length }) => sum + length, 0)) / 2, 24);
  header.writeInt32LE(1000, 28);
  header.writeInt32LE(POLYGON, 32);
  for (const [place, value] of box(records.flatMap(({ rings }) => rings.flat())).entries())
    header.writeDoubleLE(value, 36 + place * 8);
  return Buffer.concat([header, ...bodies]);
}

export function dbf(records: readonly ShapefileRecord[], encoding: BufferEncoding = 'utf8'): Buffer {
  const fields = [
    { name: 'NAME', type: 'C', length: 10, decimals: 0 },
    { name: 'HEIGHT', type: 'N', length: 8, decimals: 2 },
    { name: 'SEEN', type: 'D', length: 8, decimals: 0 },
  ];
  const header = Buffer.alloc(32 + 32 * fields.length + 1);
  header.writeUInt8(3, 0);
  header.set([124, 1, 1], 1);
  header.writeUInt32LE(records.length, 4);
  header.writeUInt16LE(header.length, 8);
  header.writeUInt16LE(27, 10);
  for (const [place, { name, type, length, decimals }] of fields.entries()) {
    header.write(name, 32 + 32 * place, 'latin1');
    header.write(type, 32 + 32 * place + 11, 'latin1');
    header.writeUInt8(length, 32 + 32 * place + 16);
    header.writeUInt8(decimals, 32 + 32 * place + 17);
  }
  header.writeUInt8(13, header.length - 1);
  const rows = records.map(({ name, height, seen }) => {
    const row = Buffer.alloc(27, ' ');
    row.write(name, 1, 10, encoding);
    row.write((height?.toFixed(2) ?? '').padStart(8), 11, 8, 'latin1');
    row.write(seen, 19, 8, 'latin1');
    return row;
  });
  return Buffer.concat([header, ...rows, Buffer.from([26])]);
}

function box(points: readonly (readonly [number, number])[]): number[] {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
