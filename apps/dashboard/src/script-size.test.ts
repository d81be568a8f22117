import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { beforeAll, expect, test } from 'vitest';

const app = join(import.meta.dirname, '..');
const dist = join(app, 'dist');
const budget = 250_000;

interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
}

let chunks: Readonly<Record<string, Chunk>>;

beforeAll(async () => {
  await promisify(execFile)(process.execPath, [join(app, 'scripts/build.mjs')]);
  chunks = JSON.parse(await readFile(join(dist, '.vite/manifest.json'), 'utf8')) as typeof chunks;
});

const isMap = (name: string): boolean => /^(src\/map\/|_raster-map-|src\/data\/draw-region)/.test(name);

/** The files that a page needs by and by, without its map; of the entry, which leads to every page, only what it needs at once. */
function filesOf(page: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const { imports = [], dynamicImports = [], isEntry = false } = chunks[name]!;
    imports.forEach(visit);
    if (!isEntry) dynamicImports.filter((one) => !isMap(one)).forEach(visit);
  };
  visit(entryOf());
  visit(page);
  return new Set([...seen].map((name) => chunks[name]!.file));
}

/** As they are sent, to browsers that take Brotli and to others. */
async function sizeOf(files: Iterable<string>, packed: 'br' | 'gz'): Promise<number> {
  const sizes = [...files].map(async (file) => (await stat(join(dist, `${file}.${packed}`))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** The layout of a chain is worked out beside the page, by a file that no other one imports. */
async function workers(): Promise<readonly string[]> {
  const names = await readdir(join(dist, 'assets'));
  return names.filter((name) => /^layout-worker.*\.js$/.test(name)).map((name) => `assets/${name}`);
}

const entryOf = (): string => Object.keys(chunks).find((name) => chunks[name]!.isEntry)!;
const pagesOf = (): readonly string[] => chunks[entryOf()]!.dynamicImports!;

test('no page needs 250 kB of script before its map, for browsers that take no Brotli either', async () => {
  expect(pagesOf().length).toBeGreaterThan(8);
  const found = await Promise.all(
    pagesOf().map(
      async (page) => [page, await sizeOf([...filesOf(page), ...(await workers())], 'gz')] as const,
    ),
  );
  expect(found.filter(([, size]) => size >= budget)).toEqual([]);
});

test('the script of all pages together, without the map, is under 250 kB', async () => {
  const files = new Set([...pagesOf().flatMap((page) => [...filesOf(page)]), ...(await workers())]);
  for (const part of ['layout-worker', 'metrics-charts', 'run-page'])
    expect([...files].some((file) => file.includes(part))).toBe(true);
  expect(await sizeOf(files, 'br')).toBeLessThan(budget);
});
