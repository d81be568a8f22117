// Makes the package `fusion-platform` as it is published, in dist/npm: the SDK as its library and this command as its
// `bin`, so that `npx fusion-platform` works, and `import 'fusion-platform'` beside it. It needs nothing of the workspace.
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const repository = join(root, '..', '..');
export const packageFolder = join(root, 'dist', 'npm');

/** Commander starts programs that are commands of their own; we have none. Loading what starts them takes long. */
const withoutPrograms = {
  name: 'without-programs',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('commander') ? { path: 'child_process', namespace: 'later' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'later' }, () => ({
      contents: `export default { spawn: (...args) => require('node:child_process').spawn(...args) };`,
    }));
  },
};

/** The file that is started has the tables of the help alone, and asks another for all else. */
const restInMain = {
  name: 'rest-in-main',
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './main.js', external: true } : undefined,
    );
  },
};

const settings = {
  bundle: true,
  minify: true,
  // Names of classes show in errors.
  keepNames: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  conditions: ['fusion-source', 'import'],
  legalComments: 'none',
  logLevel: 'error',
};

/** What is started, the frame, and a file for each command: what is not called is not read. */
export async function bundleCommand(folder) {
  const path = join(folder, 'bin.js');
  await build({
    ...settings,
    entryPoints: [join(root, 'src', 'bin.ts')],
    outfile: path,
    plugins: [restInMain],
  });
  await build({
    ...settings,
    entryPoints: { main: join(root, 'src', 'program', 'index.ts') },
    outdir: folder,
    splitting: true,
    plugins: [withoutPrograms],
    // Commander is CommonJS, and asks for modules of Node.
    banner: { js: "import{createRequire as __r}from'node:module';const require=__r(import.meta.url);" },
  });
  await writeFile(join(folder, 'package.json'), '{"type":"module"}\n');
  await chmod(path, 0o755);
  return path;
}

export async function buildPackage() {
  const sdk = join(repository, 'packages', 'sdk');
  await promisify(execFile)(process.execPath, [join(sdk, 'scripts', 'build.mjs')]);
  await rm(packageFolder, { recursive: true, force: true });
  await mkdir(packageFolder, { recursive: true });
  await cp(join(sdk, 'dist', 'npm'), packageFolder, { recursive: true });
  await bundleCommand(join(packageFolder, 'cli'));
  const path = join(packageFolder, 'package.json');
  const manifest = JSON.parse(await readFile(path, 'utf8'));
  const whole = {
    ...manifest,
    description: 'The client of the Fusion Platform API and the fusion-platform command',
    bin: { 'fusion-platform': './cli/bin.js' },
  };
  await writeFile(path, `${JSON.stringify(whole, null, 2)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildPackage();
  console.log(`The package is in ${relative(process.cwd(), packageFolder)}`);
}
