import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { writeService } from './service.ts';

/** Copies input 1 to output 1, and lasts long enough to be sampled. */
export const copyScript = `
  const { copyFileSync, readFileSync } = require('node:fs');
  const { inputs, service } = JSON.parse(readFileSync('job.json', 'utf8'));
  for (const { path, name } of inputs[0].files) {
    copyFileSync(path, 'outputs/1/' + name);
    console.log(service.name + ' copied ' + name);
  }
  setTimeout(() => undefined, 2500);
`;
const hungryScript = `
  const held = [];
  setInterval(() => held.push(Buffer.alloc(16 * 2 ** 20, held.length + 1)), 20);
`;

const input = { number: 1, file_type: 'GeoJSON' };
const output = { number: 1, name: 'Copy', file_type: 'GeoJSON' };
const resources = { cpu: 0.5, memory_mb: 256, storage_gb: 1 };
const ssd = (last: number): string => `6b0e8a1c-3f0a-4f53-9c50-0c3f39a7e00${last}`;

/** A chain of two commands, `Second copy`, and `Hungry`, which takes more than its 256 MB of memory. */
export async function writeSmallServices(folder: string): Promise<void> {
  const script = async (place: string, text: string): Promise<void> =>
    await writeFile(join(folder, place, 'main.cjs'), text);
  const common = { command: ['node', 'main.cjs'], inputs: [input], outputs: [output], resources };
  await writeService(folder, { name: 'First copy', ssd_id: ssd(1), ...common, published: false });
  await script('first-copy', copyScript);
  await writeService(folder, {
    name: 'Second copy',
    ssd_id: ssd(2),
    ...common,
    definition: [{ ssd_id: ssd(1), output: 1, linkages: [{ ssd_id: ssd(2), input: 1 }] }],
  });
  await script('second-copy', copyScript);
  await writeService(folder, { name: 'Hungry', ssd_id: ssd(3), ...common, retries: { out_of_memory: 0 } });
  await script('hungry', hungryScript);
}

/** The same as an image that holds Node at /usr/bin/node. */
export async function writeImageService(folder: string, image: string): Promise<void> {
  await writeService(folder, {
    name: 'Image copy',
    ssd_id: ssd(4),
    image,
    command: ['/usr/bin/node', '-e', copyScript],
    inputs: [input],
    outputs: [output],
    resources,
  });
}
