import { writeFile } from 'node:fs/promises';

import { expect, test } from 'vitest';

import { temporaryFolder } from '../../test/support/files.ts';
import { analyse } from '../analysis/index.ts';
import type { Analysis } from '../findings/index.ts';

const file = temporaryFolder();

async function analyseText(text: string | Uint8Array): Promise<Analysis> {
  await writeFile(file('some.csv'), text);
  return analyse(file('some.csv'), { fileName: 'some.csv', fileType: 'CSV' });
}

test('columns are selectors with their types, first values and statistics', async () => {
  const { selectors, lines, publishable } = await analyseText(
    '\uFEFFname,height,open,seen,at,note\nBen,1345,true,2024-02-03,2024-02-03T10:00:00Z,"a, ""b"""\nMac,,FALSE,2024-02-04,2024-02-04T10:00:00Z,\nSgurr, 993 ,true,2024-02-05,2024-02-05T10:00:00Z,c\n',
  );
  expect(selectors?.map(({ selector, data_type, validation }) => [selector, data_type, validation])).toEqual([
    ['name', 'string', null],
    ['height', 'numeric', null],
    ['open', 'boolean', null],
    ['seen', 'datetime', 'format=%Y-%m-%d'],
    ['at', 'datetime', 'format=%Y-%m-%dT%H:%M:%S'],
    ['note', 'string', null],
  ]);
  expect(selectors?.[1]).toMatchObject({
    minimum: 993,
    maximum: 1345,
    mean: 1169,
    sd: 176,
    histogram: [1, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  });
  expect(selectors?.[5]?.initial_values).toEqual(['a, "b"', 'c']);
  expect([lines, publishable]).toEqual([4, true]);
});

test.each([
  ['semicolons', 'a;b\n1,5;x\n', ['a', 'b']],
  ['tabs', 'a\tb\n1\tx\n', ['a', 'b']],
  ['numbers alone', '1,2\n3,4\n', ['column_1', 'column_2']],
  ['columns without a name', 'a,,\n1,2,3\n', ['a', 'column_2', 'column_3']],
  ['rows of several lengths', 'a\n1,2\n', ['a', 'column_2']],
])('a table with %s is read', async (_name, text, names) => {
  expect((await analyseText(text)).selectors?.map(({ selector }) => selector)).toEqual(names);
});

test.each([
  ['UTF-16', Buffer.from('\uFEFFGröße,b\n1,2\n', 'utf16le')],
  ['the code page of Windows', Buffer.from('Größe,b\n1,2\n', 'latin1')],
])('a table in %s is read', async (_name, bytes) => {
  expect((await analyseText(bytes)).selectors?.[0]).toMatchObject({
    selector: 'Größe',
    data_type: 'numeric',
  });
});

test('the statistics of many values are exact', async () => {
  const values = Array.from({ length: 100_000 }, (_, index) => 1e6 + ((index * 7919) % 100_003) / 1000);
  const { selectors } = await analyseText(`v\n${values.join('\n')}`);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  expect((selectors?.[0]?.mean ?? 0) / mean).toBeCloseTo(1, 12);
  expect((selectors?.[0]?.sd ?? 0) / sd).toBeCloseTo(1, 10);
  expect(selectors?.[0]?.histogram?.reduce((sum, count) => sum + count, 0)).toBe(100_000);
});

test.each<[string, string | Uint8Array, string, RegExp]>([
  ['a quotation mark that is not closed', 'a,b\n1,"2\n', 'damaged', /cannot be read as CSV at line \d/],
  ['a row without end', `a,b\n"${'x'.repeat(2_000_000)}`, 'too_large', /row of more than 1048576 characters/],
  ['columns without end', ','.repeat(5000), 'too_large', /5001 columns/],
  ['bytes that are no text', Uint8Array.from([0, 1, 2]), 'wrong_type', /not CSV: it looks like binary data/],
])('%s is refused, saying why', async (_name, text, code, message) => {
  const error: unknown = await analyseText(text).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ name: 'AnalysisError', code });
  expect((error as Error).message).toMatch(message);
});
