import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const outside = (path: string): boolean => /(^|\/)(node_modules|dist|\.[^/]+)$/.test(path);
const filesLike = (pattern: string): string[] => globSync(pattern, { cwd: root, exclude: outside });
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

// Of the repository alone: a user of a clone may have documents of other programs in it.
const documents = ['*.md', '{docs,apps,packages,services,sample-archive,examples,bench,e2e}/**/*.md']
  .flatMap(filesLike)
  .map((path) => ({ path, text: read(path) }));
const withoutBlocks = (text: string): string => text.replaceAll(/^```[^]*?^```/gm, '');

/** The anchors of a page, as GitHub makes them of its headings. */
const anchorsOf = (text: string): string[] =>
  Array.from(withoutBlocks(text).matchAll(/^#+ (.*)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

test('what the documents link to is there, headings included', () => {
  expect(documents.length).toBeGreaterThan(15);
  const faults = documents.flatMap(({ path, text }) =>
    Array.from(
      withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g),
      (match) => match[1] ?? match[2] ?? '',
    )
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [file = '', anchor] = target.split('#');
        const named = file === '' ? path : join(dirname(path), file);
        if (!existsSync(join(root, named))) return true;
        return anchor !== undefined && !anchorsOf(read(named)).includes(anchor);
      })
      .map((target) => `${path}: ${target}`),
  );
  expect(faults).toEqual([]);
});

test('the README leads to every part and to every page of the documents', () => {
  const readme = read('README.md');
  const parts = filesLike('{apps,packages,services}/*/package.json').map((path) => dirname(path));
  const pages = [...parts, ...filesLike('docs/*.md'), 'examples/slope-classes', 'sample-archive'];
  expect(pages.length).toBeGreaterThan(25);
  const missing = pages.filter((path) => !readme.includes(`](${path}`));
  expect(missing).toEqual([]);
});

test('the scripts of npm that the documents name are in the package.json of their workspace', () => {
  const scriptsOf = new Map(
    ['package.json', ...filesLike('{packages,apps,services}/*/package.json')].flatMap((path) => {
      const { name, scripts = {} } = JSON.parse(read(path)) as { name: string; scripts?: object };
      const workspace = path === 'package.json' ? '' : dirname(path);
      return [workspace, name].map((key) => [key, Object.keys(scripts)] as const);
    }),
  );
  const calls = documents.flatMap(({ path, text }) =>
    Array.from(
      text.matchAll(/npm run ([\w:-]+)(?: (?:-w|--workspace)[ =](\S*[^\s`.,;:]))?/g),
      ([call, script = '', workspace = '']) => ({ script, workspace, call: `${path}: ${call}` }),
    ),
  );
  expect(calls.length).toBeGreaterThan(20);
  const missing = calls.filter(
    ({ script, workspace }) => scriptsOf.get(workspace)?.includes(script) !== true,
  );
  expect(missing.map(({ call }) => call)).toEqual([]);
});

test('the variables that the documents name are ones that the code reads', () => {
  const code = ['{packages,apps,services}/*/src/**/*.{ts,tsx}', '*/src/**/*.ts', '{bench,examples}/**/*.ts']
    .concat('services/*/service.yaml', 'vitest.config.ts', 'apps/*/*.config.ts')
    .flatMap(filesLike)
    .filter((path) => !/\.test\.tsx?$|\/(testing|test)\//.test(path))
    .map(read);
  const known = new Set(code.flatMap((text) => text.match(/\bFUSION_[A-Z0-9_]*[A-Z0-9]/g) ?? []));
  const named = documents.flatMap(({ path, text }) =>
    (text.match(/\bFUSION_[A-Z0-9_]*[A-Z0-9]/g) ?? []).map((variable) => ({ path, variable })),
  );
  expect(named.length).toBeGreaterThan(50);
  const unknown = named.filter(({ variable }) => !known.has(variable));
  expect(unknown.map(({ path, variable }) => `${path}: ${variable}`)).toEqual([]);
});

test('the house that CONTRIBUTING.md draws has the folders that there are', () => {
  const page = read('CONTRIBUTING.md');
  const drawn = (folder: string, after: string): string[] => {
    const [, block = ''] = page.slice(page.indexOf(after)).split(/^```$/m);
    const words = Array.from(block.matchAll(/^([\w-]+)\/|  ([\w-]+)\/$/gm), ([word]) => word.trim());
    return words.map((word) => `${folder}/${word.replace(/\/$/, '')}`).toSorted();
  };
  const there = (folder: string): string[] =>
    filesLike(`${folder}/*/`)
      .map((path) => path.replaceAll('\\', '/').replace(/\/$/, ''))
      .filter((path) => !path.endsWith('/testing'))
      .toSorted();
  const platform = 'apps/platform/src';
  expect(drawn(platform, '`apps/platform/src/` by subject')).toEqual(there(platform));
  expect(drawn(`${platform}/executions`, '### The engine')).toEqual(there(`${platform}/executions`));
});

test('every file of the repository that CONTRIBUTING.md names is there', () => {
  const engine = 'apps/platform/src/executions';
  const places = ['', 'apps/platform/src', engine, `${engine}/component`];
  const [, flow = ''] = read('CONTRIBUTING.md').split('From `execute` to the final state:');
  const inFlow = flow.split(/^```$/m)[1]?.match(/\b[a-z]+\/[a-z/-]+[a-z]\b/g) ?? [];
  const inText = read('CONTRIBUTING.md').match(/(?<=`)[\w./-]*(?:\w\.ts|\.mjs|\/)(?=`)/g) ?? [];
  const made = new Set(['dist/']);
  expect([inFlow.length, inText.length].map((count) => count > 10)).toEqual([true, true]);
  const isThere = (name: string): boolean =>
    places.some((place) => ['', '.ts'].some((end) => existsSync(join(root, place, `${name}${end}`))));
  expect([...inFlow, ...inText].filter((name) => !isThere(name) && !made.has(name))).toEqual([]);
});
