// Builds the dashboard's static files, unless they are there and newer than what they are made of. Plain JavaScript: the
// quickstart runs it on a fresh clone, and `npm run build:dashboard` by hand (`--force` builds in any case).
import { existsSync, statSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const app = dirname(dirname(fileURLToPath(import.meta.url)));
const repository = dirname(dirname(app));
const out = join(app, 'dist');
const stamp = join(out, 'built');

const sources = [
  join(app, 'src'),
  join(app, 'index.html'),
  join(app, 'vite.config.ts'),
  join(app, 'scripts', 'without-descriptions.ts'),
  join(app, 'package.json'),
  join(repository, 'packages', 'sdk', 'src'),
  join(repository, 'packages', 'contract', 'src'),
];

async function newest(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  const entries = await readdir(path, { recursive: true });
  return Math.max(found.mtimeMs, ...entries.map((name) => statSync(join(path, name)).mtimeMs));
}

export async function isBuilt() {
  if (!existsSync(stamp)) return false;
  const times = await Promise.all(sources.map(newest));
  return statSync(stamp).mtimeMs >= Math.max(...times);
}

/**
 * Builds beside, then takes the place of what was there: a platform that serves it never finds half of it. Two that build at
 * once do not meet: the later one takes the place of the earlier one.
 */
export async function buildDashboard() {
  // Within a test it would be a page for development: slower, and half as big again. What is built is served to everybody.
  process.env.NODE_ENV = 'production';
  const { build } = await import('vite');
  const fresh = `${out}-${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  try {
    await build({ root: app, logLevel: 'error', build: { outDir: fresh, emptyOutDir: true } });
    await compress(join(fresh, 'assets'));
    await writeFile(join(fresh, 'built'), '');
    await takePlace(fresh);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function takePlace(fresh) {
  for (;;) {
    await rm(out, { recursive: true, force: true });
    try {
      return await rename(fresh, out);
    } catch (error) {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    }
  }
}

/**
 * The best level takes twenty times as long, for a tenth less: that is 2 s of processor time, and twice that with the two files
 * that only some maps need.
 */
const best = constants.BROTLI_MAX_QUALITY;
const quick = 9;
const large = 400_000;

const [gzipped, brotlied] = [promisify(gzip), promisify(brotliCompress)];

/** Beside each text packed ones, of which the platform sends the smallest that a browser takes: Brotli over HTTPS and to this machine. */
async function compress(folder) {
  const names = (await readdir(folder)).filter((name) => /\.(js|css|json|svg)$/.test(name));
  await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const text = await readFile(path);
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: text.length < large ? best : quick,
        [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
      };
      await writeFile(`${path}.gz`, await gzipped(text, { level: 9 }));
      await writeFile(`${path}.br`, await brotlied(text, { params }));
    }),
  );
}

if (process.argv[1] && fileURLToPath(import.meta.url) === process.argv[1]) {
  if (process.argv.includes('--force') || !(await isBuilt())) {
    const begun = Date.now();
    await buildDashboard();
    console.log(`The dashboard is built (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
  } else console.log('The dashboard is up to date');
}
