import type { Analysis, AnalyseOptions } from '../findings/index.ts';
import { AnalysisError, Column, withoutPlace } from '../findings/index.ts';
import { readCsv } from './read-csv.ts';
import type { CsvRows } from './read-csv.ts';

const MAX_COLUMNS = 1000;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
/** How programs write that there is no value. */
const MISSING = new Set(['', 'na', 'n/a', 'nan', 'null']);

/** Analyses a table in two rounds over its rows, of which none is kept. Its first row names the columns, unless it holds numbers alone. */
export async function analyseCsv(path: string, size: number, options: AnalyseOptions): Promise<Analysis> {
  const { fileName } = options;
  const { columns, lines } = await readCsv(path, options, async (rows) => {
    const found: Column[] = [];
    let first = true;
    for await (const row of rows) {
      const header = first && !row.every((text) => NUMBER.test(text.trim()));
      if (row.length > MAX_COLUMNS)
        throw new AnalysisError(
          'too_large',
          `${fileName} has a row of ${row.length} columns; up to ${MAX_COLUMNS} are accepted. Split it`,
        );
      while (found.length < row.length)
        found.push(new Column(nameOf(header ? row[found.length] : undefined, found.length)));
      if (!header) for (const [index, text] of row.entries()) found[index]?.add(typed(text));
      first = false;
    }
    return { columns: found, lines: rows.lines() };
  });
  if (columns.some(({ numeric }) => numeric))
    await readCsv(path, options, (rows) => histograms(rows, columns));
  return { ...withoutPlace(size, 'text/csv'), lines, selectors: columns.map((column) => column.selector()) };
}

async function histograms(rows: CsvRows, columns: readonly Column[]): Promise<void> {
  const numeric = [...columns.entries()].filter(([, column]) => column.numeric);
  let first = true;
  for await (const row of rows) {
    const header = first && !row.every((text) => NUMBER.test(text.trim()));
    first = false;
    if (header) continue;
    for (const [index, column] of numeric) {
      const value = typed(row[index] ?? '');
      if (typeof value === 'number') column.addToHistogram(value);
    }
  }
}

function nameOf(text: string | undefined, index: number): string {
  const name = text?.trim() ?? '';
  return name === '' ? `column_${index + 1}` : name.slice(0, 200);
}

function typed(text: string): string | number | boolean | null {
  const trimmed = text.trim();
  const lower = trimmed.length <= 5 ? trimmed.toLowerCase() : trimmed;
  if (MISSING.has(lower)) return null;
  if (lower === 'true' || lower === 'false') return lower === 'true';
  return NUMBER.test(trimmed) ? Number(trimmed) : trimmed;
}
