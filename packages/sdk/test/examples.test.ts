import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'dist', 'examples');
const fence = /```ts\n([\s\S]*?)```/g;

/** The examples of a file, without the stars of the comments they stand in. */
async function examplesOf(path: string): Promise<string[]> {
  const text = await readFile(join(root, path), 'utf8');
  return Array.from(text.matchAll(fence), ([, code = '']) => code.replaceAll(/^ *\* ?/gm, ''));
}

/** What the fragments in the documents take as there already. */
const declarations: Readonly<Record<string, string>> = {
  data: "declare const data: import('fusion-platform').Data;",
  process: "declare const process: import('fusion-platform').Process;",
  organisation: "declare const organisation: import('fusion-platform').Organisation;",
  user: "declare const user: import('fusion-platform').User;",
  readFile: "import { readFile } from 'node:fs/promises';",
  writeResult: 'declare function writeResult(path: string): Promise<void>;',
  origin: 'declare const origin: string;',
  headers: 'declare const headers: Record<string, string>;',
  organisation_id: 'declare const organisation_id: string;',
  process_service_execution_id: 'declare const process_service_execution_id: string;',
};

/** An example of a document, with a declaration of each name that it uses and does not declare itself. */
function completed(code: string): string {
  const whole = code.includes("from 'fusion-platform'");
  const missing = Object.entries(declarations).filter(
    ([name]) =>
      !whole &&
      new RegExp(`(?<![.\\w])${name}\\b(?!:)`).test(code) &&
      !new RegExp(`(?:const|let) ${name}\\b`).test(code),
  );
  return [...missing.map(([, declaration]) => declaration), code].join('\n');
}

test('every example in the documents and in the docstrings compiles', async () => {
  const sources = (await readdir(join(root, 'src'), { recursive: true })).filter((name) =>
    name.endsWith('.ts'),
  );
  const docs = (await readdir(join(root, '../../docs'))).filter((name) => name.endsWith('.md'));
  const documents = [
    'README.md',
    '../contract/README.md',
    '../../README.md',
    '../../sample-archive/README.md',
  ];
  const files = [...sources.map((name) => join('src', name)), ...documents].concat(
    docs.map((name) => join('../../docs', name)),
  );
  const examples = (await Promise.all(files.map(examplesOf))).flat().map(completed);
  expect(examples.length).toBeGreaterThan(15);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await Promise.all(
    examples.map(
      async (code, n) => await writeFile(join(folder, `example-${n}.ts`), `${code}\nexport {};\n`),
    ),
  );
  const config = {
    extends: '../../../../tsconfig.json',
    // A cache of its own: that of the whole check stays as it is.
    compilerOptions: { noUnusedLocals: false, tsBuildInfoFile: 'examples.tsbuildinfo' },
    include: ['*.ts', '../../../geo/src/**/*.d.ts'],
    exclude: [],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = fileURLToPath(import.meta.resolve('typescript/package.json')).replace(
    /package\.json$/,
    'bin/tsc',
  );
  const run = promisify(execFile)(process.execPath, [tsc, '-p', folder]);
  const printed = await run.then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
  expect(printed).toBe('');
});
