// Makes the command a single file for this system, dist/fusion-platform: Node itself with the command in it (a single
// executable application), so that nothing has to be installed where it is used.
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { build } from 'esbuild';
import { inject } from 'postject';

const root = fileURLToPath(new URL('..', import.meta.url));
const name = process.platform === 'win32' ? 'fusion-platform.exe' : 'fusion-platform';
export const singleFile = join(root, 'dist', name);

/** A script that cannot wait at its top level, as Node takes it into a single file. */
const entry = `
import { answerAtOnce, run } from './program/index.ts';
const args = process.argv.slice(2);
const atOnce = answerAtOnce(args);
if (atOnce !== undefined) process.exitCode = atOnce;
else
  run(args).then((code) => {
    if (code === 130) process.exit(code);
    process.exitCode = code;
  });`;

const harmless = "warning: Can't find string offset for section name";

/** postject warns of sections of Node that it leaves as they are, which nobody who builds the command can do anything about. */
async function withoutHarmlessWarnings(work) {
  const { warn } = console;
  console.warn = (...words) => {
    if (!words.join(' ').startsWith(harmless)) warn(...words);
  };
  try {
    return await work();
  } finally {
    console.warn = warn;
  }
}

/** Marks the place in Node where the command is put. */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** @param target where the file is put, whole or not at all */
export async function buildSingle(target = singleFile) {
  const folder = await mkdtemp(join(tmpdir(), 'fusion-single-'));
  try {
    const script = join(folder, 'command.cjs');
    await build({
      stdin: { contents: entry, resolveDir: join(root, 'src'), loader: 'ts' },
      outfile: script,
      bundle: true,
      minify: true,
      keepNames: true,
      format: 'cjs',
      platform: 'node',
      target: 'node24',
      conditions: ['fusion-source', 'import'],
      legalComments: 'none',
      logLevel: 'error',
      // It is beside nothing of its own.
      define: { 'import.meta.dirname': 'undefined', 'import.meta.url': 'undefined' },
    });
    const [blob, config] = [join(folder, 'command.blob'), join(folder, 'sea.json')];
    const settings = { main: script, output: blob, disableExperimentalSEAWarning: true, useCodeCache: true };
    await writeFile(config, JSON.stringify(settings));
    await promisify(execFile)(process.execPath, ['--experimental-sea-config', config]);
    const made = join(folder, name);
    await copyFile(process.execPath, made);
    await chmod(made, 0o755);
    const mac = process.platform === 'darwin';
    // A signature of Node's own would not fit any more; macOS runs nothing without one.
    if (mac) await promisify(execFile)('codesign', ['--remove-signature', made]);
    await withoutHarmlessWarnings(
      async () =>
        await inject(made, 'NODE_SEA_BLOB', await readFile(blob), {
          sentinelFuse: fuse,
          ...(mac && { machoSegmentName: 'NODE_SEA' }),
        }),
    );
    if (mac) await promisify(execFile)('codesign', ['--sign', '-', made]);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(made, `${target}.part`);
    await chmod(`${target}.part`, 0o755);
    await rename(`${target}.part`, target);
    return target;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildSingle();
  console.log(`The command is in ${relative(process.cwd(), singleFile)}`);
}
