import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { writeService } from './service.ts';

/**
 * Writes a raster of 40 by 30 pixels whose values count up from 0, raised by a thousandth of themselves above the option
 * `above`. Of every hundred pixels one has no value. Version 2 raises by twice as much, and leaves out the pixel after that
 * one instead.
 */
const script = (version: number): string => `
  const { readFileSync, writeFileSync } = require('node:fs');
  const { options } = JSON.parse(readFileSync('job.json', 'utf8'));
  const [width, height, hole] = [40, 30, ${version - 1}];
  const values = Float32Array.from({ length: width * height }, (_, i) =>
    i % 100 === hole ? -9999 : i > Number(options.above) ? i + (i / 1000) * ${version} : i);
  const doubles = (...list) => Buffer.from(Float64Array.from(list).buffer);
  const shorts = (...list) => Buffer.from(Uint16Array.from(list).buffer);
  const longs = (...list) => Buffer.from(Uint32Array.from(list).buffer);
  const [short, long, ascii, double] = [3, 4, 2, 12];
  const size = { [short]: 2, [long]: 4, [ascii]: 1, [double]: 8 };
  const entries = [
    [256, long, longs(width)], [257, long, longs(height)], [258, short, shorts(32)], [259, short, shorts(1)],
    [262, short, shorts(1)], [273, long, longs(0)], [277, short, shorts(1)], [278, long, longs(height)],
    [279, long, longs(values.byteLength)], [339, short, shorts(3)], [33550, double, doubles(0.001, 0.001, 0)],
    [33922, double, doubles(0, 0, 0, -4.3, 55.9, 0)],
    [34735, short, shorts(1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326)],
    [42113, ascii, Buffer.from('-9999\\0')],
  ];
  let end = 8 + 2 + entries.length * 12 + 4;
  const extra = [];
  const table = entries.map(([tag, type, bytes]) => {
    const entry = Buffer.alloc(12);
    entry.writeUInt16LE(tag, 0);
    entry.writeUInt16LE(type, 2);
    entry.writeUInt32LE(bytes.length / size[type], 4);
    if (bytes.length <= 4) bytes.copy(entry, 8);
    else { entry.writeUInt32LE(end, 8); extra.push(bytes); end += bytes.length; }
    return entry;
  });
  table[5].writeUInt32LE(end, 8);
  const head = Buffer.concat([Buffer.from('II*\\0'), longs(8), shorts(entries.length)]);
  const pixels = Buffer.from(values.buffer);
  writeFileSync('outputs/1/raised.tif', Buffer.concat([head, ...table, longs(0), ...extra, pixels]));
`;

export async function writeRaiseService(folder: string, version: number): Promise<void> {
  const name = 'Raise';
  await writeService(folder, {
    name,
    version,
    ssd_id: '6b0e8a1c-3f0a-4f53-9c50-0c3f39a7e012',
    command: ['node', 'main.cjs'],
    inputs: [{ number: 1, file_type: 'GeoJSON' }],
    outputs: [{ number: 1, name: 'Raised', file_type: 'GeoTIFF' }],
    options: [{ name: 'above', data_type: 'numeric', value: '0', required: true }],
    resources: { cpu: 0.5, memory_mb: 256, storage_gb: 1 },
  });
  await writeFile(join(folder, name.toLowerCase(), 'main.cjs'), script(version));
}
