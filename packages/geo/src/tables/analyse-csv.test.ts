import { writeFile } from 'node:fs/promises';

import { expect, test } from 'vitest';

import { findingsFile, temporaryFolder } from '../../test/support/files.ts';
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

/** Name, type, minimum, maximum and first values of each column, and the count of lines. */
async function told(name: string): Promise<unknown> {
  const { selectors, lines } = await analyse(findingsFile(`vector/${name}`).path, {
    fileName: name,
    fileType: 'CSV',
  });
  return [
    lines,
    ...(selectors ?? []).map(({ selector, data_type, minimum, maximum, initial_values }) => [
      selector,
      data_type,
      minimum,
      maximum,
      ...(initial_values ?? []),
    ]),
  ];
}

test.skipIf(findingsFile('vector').absent).each<[string, unknown[]]>([
  [
    'F10_mixed_line_ends.csv',
    [4, ['a', 'numeric', 1, 5, '1', '3', '5'], ['b', 'numeric', 2, 6, '2', '4', '6']],
  ],
  [
    'F11_inch.csv',
    [3, ['id', 'numeric', 1, 2, '1', '2'], ['size', 'string', null, null, '5" pipe', '6" pipe']],
  ],
  [
    'F12_decimal_comma.csv',
    [
      4,
      ['Datum', 'datetime', null, null, '2024-01-01', '2024-01-02', '2024-01-03'],
      ['Temp', 'numeric', 28.7, 29, '28,7', '28,95', '29'],
    ],
  ],
  [
    'F12_sep_line.csv',
    [
      4,
      ['id', 'numeric', 1, 2, '1', '2'],
      ['lon', 'numeric', 10.5, 11.5, '10.5', '11.5'],
      ['lat', 'numeric', 50.5, 51.5, '50.5', '51.5'],
    ],
  ],
  [
    'F12_commas_in_header.csv',
    [
      3,
      ['Location, name', 'string', null, null, 'A', 'B'],
      ['Value, unit, note', 'numeric', 1.5, 2.5, '1.5', '2.5'],
      ['x', 'numeric', 2, 3, '2', '3'],
    ],
  ],
  [
    'F13_big_ids.csv',
    [
      3,
      [
        'id',
        'numeric',
        Number('12345678901234567890'),
        Number('12345678901234567891'),
        '12345678901234567890',
        '12345678901234567891',
      ],
    ],
  ],
  ['F13_cr_only_lines.csv', [3, ['a', 'numeric', 1, 3, '1', '3'], ['b', 'numeric', 2, 4, '2', '4']]],
  [
    'F13_missing_words.csv',
    [4, ...['a', 'b', 'c', 'd', 'e'].map((name) => [name, 'numeric', 1, 3, '1', '3'])],
  ],
])('%s is read as it was meant (needs ../shared/findings)', async (name, expected) => {
  expect(await told(name)).toEqual(expected);
});

test.each<[string, string, unknown[]]>([
  [
    'commas in most rows of a table of tabs',
    'name\tnote\nA\t1, 2, 3\nB\t4, 5\nC\t6, 7, 8\n',
    ['name', 'note'],
  ],
  ['semicolons between decimal commas', 'x;y\n1,5;2,5\n3,5;4,5\n', ['x:5', 'y:7']],
  ['thousands and decimal commas', 'x;y\n1.234,5;a\n-2.000,25;b\n', ['x:-765.75', 'y']],
  ['commas that may set thousands apart', 'x;y\n1,234;a\n2,345;b\n', ['x', 'y']],
  ['quoted delimiters and line ends', 'a,b\n"x;y;z\r\n;",1\n"p;q;r;s",2\n', ['a', 'b:3']],
  ['every kind of line end', 'a|b\r\n1|2\n3|4\r5|6', ['a:9', 'b:12']],
  ['a hint of Excel', '\uFEFFsep=|\r\na,b|c\r\n1|2\r\n', ['a,b:1', 'c:2']],
  ['quotation marks in the middle of fields', 'id,what\n1,a "b" c\n2,"d, e"\n3,6"\n', ['id:6', 'what']],
  ['one name above decimal commas', 'wert\n1,5\n2,5\n\n3,75\n', ['wert:7.75']],
  ['one name above quoted decimal commas', 'wert\n"1,5"\n"1.002,5"\n', ['wert:1004']],
  ['words for what is missing', 'a,b\n1,NULL\n#N/A,2\n2,<NA>\nNone,--\n', ['a:3', 'b:2']],
])('a table with %s has its columns and their sums', async (_name, text, expected) => {
  const { selectors } = await analyseText(text);
  const sums = selectors?.map(({ selector, mean, initial_values }) =>
    mean === null ? selector : `${selector}:${mean * (initial_values?.length ?? 0)}`,
  );
  expect(sums).toEqual(expected);
});

test('infinite numbers are numbers, and are counted in no statistics', async () => {
  const { selectors } = await analyseText('v,name\n1,a\ninf,Inf\n-Infinity,b\n2,c\n');
  // By pandas: float64, and 1.5 once infinite ones are left out.
  expect(selectors?.[0]).toMatchObject({ data_type: 'numeric', minimum: 1, maximum: 2, mean: 1.5 });
  expect(selectors?.[0]?.histogram?.reduce((sum, count) => sum + count)).toBe(2);
  expect(selectors?.[1]).toMatchObject({ data_type: 'string' });
});

test('rows with more fields than there are names are said, and trailing delimiters are not', async () => {
  const { warnings } = await analyseText('a,b\n1,2\nx,y,z\n3,4\n5,6,7\n');
  expect(warnings).toEqual([
    '2 rows have more fields than the header has names, the first in row 3 with the header as row 1: perhaps a field with "," in it is not in quotation marks',
  ]);
  expect((await analyseText('a,b\n1,2,\n3,4,\n')).warnings).toEqual([]);
  expect((await analyseText('1,2\n3,4,5\n')).warnings).toEqual([]);
});
