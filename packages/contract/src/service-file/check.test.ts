import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { describe, expect, test } from 'vitest';

import { checkServiceFile, longestServiceFile } from './check.ts';

const good = `name: Slope
ssd_id: 11111111-1111-4111-8111-111111111111
version: 1
command: [node, main.ts]
inputs:
  - number: 1
    file_type: GeoTIFF
options:
  - name: unit
    data_type: constrained
    value: degrees
`;

/** What is said of the text, as a compiler would say it. */
const said = (text: string): string[] =>
  checkServiceFile(text).faults.map(
    ({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`,
  );

describe('a service.yaml', () => {
  test('that is whole is read, with its defaults', () => {
    const { file, faults } = checkServiceFile(good);
    expect(faults).toEqual([]);
    expect(file).toMatchObject({ name: 'Slope', published: true, resources: { memory_mb: 1024 } });
  });

  test('is told all its faults at once, each by line and column, in the order of the file', () => {
    const text = good
      .replace('version: 1', 'version: 0')
      .replace('GeoTIFF', 'Raster')
      .replace('name: unit', 'name: my unit\n    requried: true')
      .replace('name: Slope\n', '');
    expect(said(text)).toEqual([
      '1:1 name: is required',
      expect.stringMatching(/^2:10 version: Too small/),
      expect.stringMatching(/^6:16 inputs\.0\.file_type: Invalid option/),
      expect.stringMatching(/^8:11 options\.0\.name: a name as Python allows/),
      '9:5 options.0: "requried" is no word that it knows',
    ]);
  });

  test('with a slip in a word is told which word was meant', () => {
    expect(said(`${good}enviroment: []\n`)).toEqual([
      '12:1 : "enviroment" is no word that it knows: is "environment" meant?',
    ]);
  });

  test('that is no YAML, or has a word twice, is told where', () => {
    expect(said('name: [')[0]).toMatch(/^1:8 : /);
    expect(said(`${good}name: Slope again\n`)).toEqual(['12:1 : "name" is there twice']);
    expect(said('')).toHaveLength(1);
    expect(said('- a\n- b')[0]).toMatch(/^1:1 : Invalid input: expected object/);
  });

  test('with what only shows when all is read is told so at the second of two', () => {
    expect(said(`${good}  - { name: unit, data_type: string }\n`)).toEqual([
      '12:13 options: "unit" is there twice',
    ]);
  });

  test('that was made to exhaust its reader is refused at once', () => {
    expect(said(' '.repeat(longestServiceFile + 1))).toEqual([
      `1:1 : it is longer than ${longestServiceFile} characters`,
    ]);
    expect(said('['.repeat(60_000)).length).toBeGreaterThan(0);
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (const [name, of] of 'bcdefghi'.split('').map((letter, i) => [letter, 'abcdefgh'[i]!]))
      bomb.push(`${name}: &${name} [${Array(9).fill(`*${of}`).join(', ')}]`);
    expect(said(bomb.join('\n'))[0]).toMatch(/alias/i);
    // As many faults as a file holds, of each kind: some are told, and that there are more.
    const many = (line: (index: number) => string): string =>
      Array.from({ length: 3000 }, (_, at) => line(at)).join('\n');
    for (const text of [
      `${good}${many(() => '  - { name: u, data_type: string }')}`,
      many(() => 'k: 1'),
      `${good}${many((at) => `k${at}: 1`)}`,
      `${good}environment:\n${many(() => '  - { nam: 1 }')}`,
    ]) {
      const all = said(text);
      expect(all).toHaveLength(201);
      expect(all[0]).toBe('1:1 : it has more than 200 faults: these are some');
    }
    const keys = Array.from({ length: 14_000 }, (_, index) => `k${index}: 1`).join('\n');
    expect(said(keys).length).toBeGreaterThan(0);
  });

  test('of each service of the repository is whole', () => {
    const root = resolve(import.meta.dirname, '../../../..');
    const files = globSync('{services,examples,e2e/services}/*/service.yaml', { cwd: root });
    expect(files.length).toBeGreaterThan(10);
    for (const name of files) expect(said(readFileSync(join(root, name), 'utf8'))).toEqual([]);
  });
});
