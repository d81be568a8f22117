import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { stringify } from 'yaml';

/** One service of a chain: what it runs, and what its chain is called. */
export interface ChainSpec {
  readonly name: string;
  readonly command: readonly string[];
  /** Files of the service's folder. */
  readonly files: Readonly<Record<string, string>>;
  readonly length: number;
  readonly memoryMb?: number;
  /** Square kilometres: a larger region is cut. */
  readonly slicing?: number;
}

/** Writes a chain of services that all run the same command, each fed by the one before. */
export async function writeChain(folder: string, spec: ChainSpec): Promise<void> {
  const ids = Array.from({ length: spec.length }, () => randomUUID());
  for (const [index, ssd_id] of ids.entries()) {
    const last = index === ids.length - 1;
    const own = join(folder, `${spec.name.toLowerCase().replaceAll(/\W+/g, '-')}-${index}`);
    await mkdir(own, { recursive: true });
    for (const [name, text] of Object.entries(spec.files)) await writeFile(join(own, name), text);
    const description = {
      name: last ? spec.name : `${spec.name} ${index + 1}`,
      ssd_id,
      version: 1,
      published: last,
      command: spec.command,
      inputs: [{ number: 1, file_type: index === 0 ? 'GeoJSON' : 'Other' }],
      outputs: [{ number: 1, name: 'Result', file_type: 'Other' }],
      resources: { cpu: 1, memory_mb: spec.memoryMb ?? 256, storage_gb: 1 },
      definition: last
        ? ids
            .slice(0, -1)
            .map((id, at) => ({ ssd_id: id, output: 1, linkages: [{ ssd_id: ids[at + 1], input: 1 }] }))
        : [],
      ...(last && spec.slicing ? { slicing: { maximum_area_km2: spec.slicing } } : {}),
    };
    await writeFile(join(own, 'service.yaml'), stringify(description));
  }
}

/** The script of the windmill-benchmarks suite: Fibonacci numbers by plain recursion. */
export const fibonacci = (n: number): string => `import { mkdirSync, writeFileSync } from 'node:fs';
const fib = (n) => (n <= 1 ? n : fib(n - 1) + fib(n - 2));
mkdirSync('outputs/1', { recursive: true });
writeFileSync('outputs/1/result.bin', String(fib(${n})));
`;
