import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const cruiser = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs');

/** A small house in which every arrow is allowed. */
const good = {
  'package.json':
    '{ "private": true, "workspaces": ["packages/*", "apps/*"], "devDependencies": { "zod": "*" } }',
  'packages/contract/package.json': workspace('contract', []),
  'packages/contract/src/index.ts': `export type { Call } from './calls/index.ts';`,
  'packages/contract/src/calls/index.ts': `export type { Call } from './call.ts';`,
  'packages/contract/src/calls/call.ts': `import type { Z } from 'zod'; export type Call = Z;`,
  'packages/geo/package.json': workspace('geo', []),
  'packages/geo/src/index.ts': `export const warp = 1;`,
  'apps/platform/package.json': workspace('platform', ['@fusion-platform/contract']),
  'apps/platform/src/main.ts': `import { serve } from './http/index.ts'; import type { Data } from './data/index.ts'; export const main = serve as Data;`,
  'apps/platform/src/http/index.ts': `import type { Data } from '../data/index.ts'; export const serve = 1; export type Serve = Data;`,
  'apps/platform/src/data/index.ts': `export type { Data } from './data.ts';`,
  'apps/platform/src/data/data.ts': `import type { Call } from '@fusion-platform/contract'; export type Data = Call;`,
  'apps/platform/src/accounts/index.ts': `export { add } from './add.ts';`,
  'apps/platform/src/accounts/add.ts': `export const add = 1;`,
  'examples/first.ts': `import { nothing } from 'zod'; export const first = nothing;`,
  'bench/add/main.ts': `import { add } from '../../apps/platform/src/accounts/add.ts'; export const main = add;`,
  ...npmPackage('zod'),
  ...npmPackage('unlisted'),
};

function workspace(name: string, ours: readonly string[]): string {
  return JSON.stringify({
    name: `@fusion-platform/${name}`,
    exports: { '.': { 'fusion-source': './src/index.ts' } },
    dependencies: Object.fromEntries(['zod', ...ours].map((dependency) => [dependency, '*'])),
    devDependencies: { vitest: '*' },
  });
}

/** In a `dist` folder, as most packages are. */
function npmPackage(name: string): Record<string, string> {
  return {
    [`node_modules/${name}/package.json`]: JSON.stringify({
      name,
      version: '1.0.0',
      main: './dist/index.js',
    }),
    [`node_modules/${name}/dist/index.js`]: `export const nothing = 0;`,
  };
}

let house: string;
beforeEach(async () => {
  house = await realpath(await mkdtemp(join(tmpdir(), 'arrows-')));
  await put(good);
  await mkdir(join(house, 'node_modules', '@fusion-platform'));
  for (const name of ['contract', 'geo'])
    await symlink(
      join(house, 'packages', name),
      join(house, 'node_modules', '@fusion-platform', name),
      'junction',
    );
});
afterEach(() => rm(house, { recursive: true, force: true }));

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(house, path)), { recursive: true });
    await writeFile(join(house, path), text);
  }
}

interface Report {
  summary: { violations: { rule: { name: string }; from: string; to: string }[]; totalCruised: number };
}

/** The refusals, as "name of the rule: from → to". */
async function refusals(): Promise<string[]> {
  const stdout = await new Promise<string>((resolve, reject) => {
    execFile(
      process.execPath,
      [
        cruiser,
        '--config',
        join(root, '.dependency-cruiser.mjs'),
        '-T',
        'json',
        'packages',
        'apps',
        'examples',
        'bench',
      ],
      { cwd: house },
      // It exits with the number of refusals.
      (_, out, complaint) => (out.startsWith('{') ? resolve(out) : reject(new Error(complaint))),
    );
  });
  const { summary } = JSON.parse(stdout) as Report;
  expect(summary.totalCruised).toBeGreaterThan(8);
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`).toSorted();
}

test('a house with allowed arrows only is accepted', async () => {
  expect(await refusals()).toEqual([]);
});

const data = 'apps/platform/src/data/bad.ts';
const contract = 'packages/contract/src/bad.ts';
test.for<[string, Record<string, string>, string[]]>([
  [
    'a package that imports one that the table does not allow',
    { [contract]: `import { warp } from '@fusion-platform/geo'; export const bad = warp;` },
    [
      `arrows-of-packages/contract: ${contract} → packages/geo/src/index.ts`,
      `listed-in-packages/contract: ${contract} → packages/geo/src/index.ts`,
    ],
  ],
  [
    'a package of ours that is allowed but not listed',
    { [data]: `import type { warp } from '@fusion-platform/geo'; export type Bad = typeof warp;` },
    [`listed-in-apps/platform: ${data} → packages/geo/src/index.ts`],
  ],
  [
    'a subject that imports the types of one that the table does not allow',
    { [data]: `import type { Serve } from '../http/index.ts'; export type Bad = Serve;` },
    [`arrows-of-platform-data: ${data} → apps/platform/src/http/index.ts`],
  ],
  [
    'a subject that imports what puts the platform together',
    { [data]: `export type { main } from '../main.ts';` },
    [`arrows-of-platform-data: ${data} → apps/platform/src/main.ts`],
  ],
  [
    'an example that knows more than the client',
    { 'examples/bad.ts': `import { calls } from '@fusion-platform/contract'; export const bad = calls;` },
    ['arrows-of-examples: examples/bad.ts → packages/contract/src/index.ts'],
  ],
  [
    'a later import',
    { [data]: `export const bad = () => import('../http/index.ts');` },
    [`arrows-of-platform-data: ${data} → apps/platform/src/http/index.ts`],
  ],
  [
    "a reach past a folder's index",
    { [data]: `import type { add } from '../accounts/add.ts'; export type Bad = typeof add;` },
    [`door-of-apps/platform/src/accounts: ${data} → apps/platform/src/accounts/add.ts`],
  ],
  [
    "a reach past a package's exports",
    {
      [data]: `export type { Call } from '../../../../packages/contract/src/calls/index.ts';`,
    },
    [`door-of-packages/contract: ${data} → packages/contract/src/calls/index.ts`],
  ],
  [
    'a circle of types',
    {
      [data]: `import type { Worse } from './worse.ts'; export type Bad = Worse;`,
      'apps/platform/src/data/worse.ts': `import type { Bad } from './bad.ts'; export type Worse = Bad;`,
    },
    [`no-circles: ${data} → apps/platform/src/data/worse.ts`],
  ],
  [
    'an npm package that is not listed',
    { [contract]: `import { nothing } from 'unlisted'; export const bad = nothing;` },
    [`listed-in-package.json: ${contract} → node_modules/unlisted/dist/index.js`],
  ],
  [
    'an npm package that is listed for the tests only',
    {
      [contract]: `import { nothing } from 'vitest'; export const bad = nothing;`,
      ...npmPackage('vitest'),
    },
    [`listed-for-use: ${contract} → node_modules/vitest/dist/index.js`],
  ],
  ['an import of nothing', { [data]: `export * from './nowhere.ts';` }, [`found: ${data} → ./nowhere.ts`]],
  [
    'a folder that the tables do not name',
    {
      'packages/other/src/index.ts': `import type { Z } from 'zod'; export type Bad = Z;`,
      'apps/platform/src/other/bad.ts': `import type { Z } from 'zod'; export type Bad = Z;`,
    },
    [
      `in-the-table-of-the-platform: apps/platform/src/other/bad.ts → node_modules/zod/dist/index.js`,
      `in-the-table: packages/other/src/index.ts → node_modules/zod/dist/index.js`,
    ],
  ],
])('refused: %s', async ([, files, expected]) => {
  await put(files);
  expect(await refusals()).toEqual(expected.toSorted());
});
