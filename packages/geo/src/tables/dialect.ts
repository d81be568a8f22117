import { parse } from 'csv-parse/sync';

import { isMissing, numberOf } from './values.ts';

export interface Dialect {
  readonly delimiter: string;
  /** Lines before the first row: the hint of Excel, `sep=;`. */
  readonly skip: 0 | 1;
}

/** What ends a row; files have several kinds where they were put together. */
export const LINE_ENDS = ['\r\n', '\n', '\r'];
const DELIMITERS = [',', ';', '\t', '|'];
/** Rows that are looked at. */
const ROWS = 100;
const HINT = /^\uFEFF?sep=(.)(?:\r\n|\n|\r)/i;
const DATE = /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ]\d{1,2}:\d\d.*)?$/;

/**
 * How a table is written, by its first rows: the delimiter with which most of them have as many fields as the others, and
 * most fields are numbers, dates or empty (after van den Burg, Nazábal and Sutton 2019, *Wrangling messy CSV files by
 * detecting row and type patterns*, which multiply the same two). A hint of Excel decides where there is one.
 * @param whole whether that is all of it; otherwise its last row is cut off
 */
export function dialectOf(head: string, whole: boolean): Dialect {
  const hint = HINT.exec(head)?.[1];
  if (hint !== undefined) return { delimiter: hint, skip: 1 };
  const [first = ','] = DELIMITERS;
  let best = { delimiter: first, score: 0, fields: 0 };
  for (const delimiter of DELIMITERS) {
    const rows = rowsOf(head, delimiter);
    const { score, fields } = rate(whole || rows.length < 2 ? rows : rows.slice(0, -1));
    if (score > best.score || (score === best.score && fields > best.fields))
      best = { delimiter, score, fields };
  }
  if (best.delimiter === ',' && isOneColumn(rowsOf(head, ';'))) return { delimiter: ';', skip: 0 };
  return { delimiter: best.delimiter, skip: 0 };
}

/** A single name, and below it numbers with decimal commas: they part no fields. */
function isOneColumn([header, ...rows]: readonly (readonly string[])[]): boolean {
  const [name = ''] = header ?? [];
  return (
    header?.length === 1 &&
    !name.includes(',') &&
    numberOf(name, ',') === null &&
    rows.filter(([text = '']) => text.includes(',')).length > 1 &&
    rows.every(
      ([text = '', ...rest]) => rest.length === 0 && (isMissing(text) || numberOf(text, ',') !== null),
    )
  );
}

function rowsOf(head: string, delimiter: string): string[][] {
  try {
    return parse(head, {
      bom: true,
      delimiter,
      record_delimiter: LINE_ENDS,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      to: ROWS,
    });
  } catch {
    // A quotation mark that begins a field with one delimiter, and stands in the middle of one with another.
    return head
      .split(/\r\n|\n|\r/, ROWS)
      .filter((line) => line !== '')
      .map((line) => line.split(delimiter));
  }
}

function rate(rows: readonly (readonly string[])[]): { score: number; fields: number } {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [fields, times] = [...counts].toSorted((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [1, 0];
  if (fields < 2) return { score: 0, fields };
  const cells = rows.flat();
  const known = cells.filter(
    (text) =>
      isMissing(text) ||
      DATE.test(text.trim()) ||
      numberOf(text, '.') !== null ||
      numberOf(text, ',') !== null,
  );
  return { score: (times / rows.length) ** 2 * (0.5 + known.length / cells.length), fields };
}
