import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes a service of a test's own: its description, and a program that does nothing. */
export async function writeService(
  folder: string,
  service: Readonly<Record<string, unknown>> & { readonly name: string },
): Promise<void> {
  const place = join(folder, service.name.toLowerCase().replaceAll(/\W+/g, '-'));
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'main.mjs'), '');
  const whole = { version: 1, published: true, command: ['node', 'main.mjs'], ...service };
  // JSON is YAML.
  await writeFile(join(place, 'service.yaml'), JSON.stringify(whole));
}
