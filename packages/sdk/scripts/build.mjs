// Makes the package as it is published, in dist/npm: one file for servers, one for browsers, and the types of both,
// the contract's included. Nothing of the workspace is needed to use it.
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
export const packageFolder = join(root, 'dist', 'npm');

const common = {
  entryPoints: [join(root, 'src', 'index.ts')],
  bundle: true,
  format: 'esm',
  metafile: true,
  legalComments: 'none',
  logLevel: 'silent',
};

/**
 * Zod gives each schema a method that writes it as JSON Schema, which brings 18 kB of code along. The client never calls
 * it: the contract's own build prints openapi.json.
 */
const withoutJsonSchema = {
  name: 'without-json-schema',
  setup({ onLoad }) {
    onLoad({ filter: /zod[\\/]v4[\\/]core[\\/](json-schema-processors|to-json-schema)\.js$/ }, () => ({
      contents: 'module.exports = new Proxy({}, { get: () => () => () => undefined });',
    }));
  },
};

/** What calls and their answers mean is for openapi.json: a page never shows it, and would load 4 kB of it. */
const withoutDescriptions = {
  name: 'without-descriptions',
  setup({ onLoad }) {
    const text = /\bdescription:\s*(?:'(?:[^'\\\n]|\\.)*'|`[^`$]*`)\s*(?:,|(?=\}))/g;
    onLoad({ filter: /contract[\\/]src[\\/]calls[\\/][\w-]+\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll(text, ''),
      loader: 'ts',
    }));
  },
};

/** Everything in one file, so that a page can use it without a bundler. */
export const browserBundle = {
  ...common,
  platform: 'browser',
  conditions: ['fusion-source', 'browser', 'import'],
  target: 'es2022',
  minify: true,
  sourcemap: 'linked',
  plugins: [withoutJsonSchema, withoutDescriptions],
};

/** Zod stays outside: the types name it, and a program that uses it too has it once. */
export const serverBundle = {
  ...common,
  platform: 'node',
  conditions: ['fusion-source', 'import'],
  target: 'node20',
  external: ['zod'],
  sourcemap: 'linked',
};

/** @param folder where the package is made; what was there is removed */
export async function buildPackage(folder = packageFolder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await build({ ...serverBundle, outfile: join(folder, 'index.js') });
  await build({ ...browserBundle, outfile: join(folder, 'browser.js') });
  const beside = ['option-faults', 'service-file'].map((name) => join(root, 'src', `${name}.ts`));
  await build({ ...serverBundle, entryPoints: beside, outdir: folder });
  await writeTypes(join(folder, 'types'));
  await cp(join(root, 'README.md'), join(folder, 'README.md'));
  await cp(join(root, '..', '..', 'LICENSE'), join(folder, 'LICENSE'));
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(await manifest(), null, 2)}\n`);
}

async function writeTypes(folder) {
  const tsc = fileURLToPath(import.meta.resolve('typescript/package.json')).replace(
    /package\.json$/,
    'bin/tsc',
  );
  await promisify(execFile)(process.execPath, [
    tsc,
    '-p',
    join(root, 'tsconfig.types.json'),
    '--outDir',
    folder,
  ]);
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith('.d.ts')) continue;
    const path = join(folder, name);
    const text = await readFile(path, 'utf8');
    await writeFile(
      path,
      text
        .replaceAll(
          /(['"])@fusion-platform\/contract(\/options|\/service-file)?\1/g,
          (_, quote, part = '') => {
            const contract = relative(dirname(path), join(folder, 'contract', 'src', part, 'index.js'));
            return `${quote}${contract.startsWith('.') ? '' : './'}${contract}${quote}`;
          },
        )
        .replaceAll(/((?:from|import\()\s*['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2'),
    );
  }
}

async function manifest() {
  const own = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const { name, version, description, license, dependencies } = own;
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20' },
    exports: {
      '.': { types: './types/sdk/src/index.d.ts', browser: './browser.js', default: './index.js' },
      './option-faults': { types: './types/sdk/src/option-faults.d.ts', default: './option-faults.js' },
      './service-file': { types: './types/sdk/src/service-file.d.ts', default: './service-file.js' },
      './package.json': './package.json',
    },
    dependencies: { zod: dependencies.zod },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildPackage();
  console.log(`The package is in ${relative(process.cwd(), packageFolder)}`);
}
