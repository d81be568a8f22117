import type { Analysis, AnalyseOptions } from '../findings/index.ts';
import { AnalysisError, withoutPlace } from '../findings/index.ts';
import { readCsv } from './read-csv.ts';
import type { CsvRows } from './read-csv.ts';
import { TableColumn } from './table-column.ts';
import { numberOf } from './values.ts';

const MAX_COLUMNS = 1000;
/** Analyses a table in two rounds over its rows, of which none is kept. Its first row names the columns, unless it holds numbers alone. */
export async function analyseCsv(path: string, size: number, options: AnalyseOptions): Promise<Analysis> {
  const { fileName } = options;
  const { columns, lines } = await readCsv(path, options, async (rows) => {
    const found: TableColumn[] = [];
    let first = true;
    for await (const row of rows) {
      const header = first && isHeader(row, rows.delimiter);
      if (row.length > MAX_COLUMNS)
        throw new AnalysisError(
          'too_large',
          `${fileName} has a row of ${row.length} columns; up to ${MAX_COLUMNS} are accepted. Split it`,
        );
      while (found.length < row.length)
        found.push(
          new TableColumn(
            nameOf(header ? row[found.length] : undefined, found.length),
            rows.delimiter !== ',',
          ),
        );
      if (!header) for (const [index, text] of row.entries()) found[index]?.add(text);
      first = false;
    }
    return { columns: found, lines: rows.lines() };
  });
  if (columns.some(({ numeric }) => numeric))
    await readCsv(path, options, (rows) => histograms(rows, columns));
  return { ...withoutPlace(size, 'text/csv'), lines, selectors: columns.map((column) => column.selector()) };
}

async function histograms(rows: CsvRows, columns: readonly TableColumn[]): Promise<void> {
  const numeric = [...columns.entries()].filter(([, column]) => column.numeric);
  let first = true;
  for await (const row of rows) {
    const header = first && isHeader(row, rows.delimiter);
    first = false;
    if (header) continue;
    for (const [index, column] of numeric) column.addToHistogram(row[index] ?? '');
  }
}

function nameOf(text: string | undefined, index: number): string {
  const name = text?.trim() ?? '';
  return name === '' ? `column_${index + 1}` : name.slice(0, 200);
}

function isHeader(row: readonly string[], delimiter: string): boolean {
  const decimals = delimiter === ',' ? (['.'] as const) : (['.', ','] as const);
  return !row.every((text) => decimals.some((decimal) => numberOf(text, decimal) !== null));
}
