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

test('every example in the README and in the docstrings compiles', async () => {
  const sources = (await readdir(join(root, 'src'), { recursive: true })).filter((name) =>
    name.endsWith('.ts'),
  );
  const files = ['README.md', ...sources.map((name) => join('src', name))];
  const examples = (await Promise.all(files.map(examplesOf))).flat();
  expect(examples.length).toBeGreaterThan(5);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await Promise.all(
    examples.map(
      async (code, n) => await writeFile(join(folder, `example-${n}.ts`), `${code}\nexport {};\n`),
    ),
  );
  const config = {
    extends: '../../../../tsconfig.json',
    compilerOptions: { noUnusedLocals: false },
    include: ['*.ts'],
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
