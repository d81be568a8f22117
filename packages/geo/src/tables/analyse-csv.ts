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
  const { columns, lines, warnings } = await readCsv(path, options, async (rows) => {
    const found: TableColumn[] = [];
    const excess = new Excess(rows.delimiter);
    let first = true;
    for await (const row of rows) {
      const header = first && isHeader(row, rows.delimiter);
      excess.add(row, header);
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
    return { columns: found, lines: rows.lines(), warnings: excess.warnings() };
  });
  if (columns.some(({ numeric }) => numeric))
    await readCsv(path, options, (rows) => histograms(rows, columns));
  return {
    ...withoutPlace(size, 'text/csv'),
    lines,
    selectors: columns.map((column) => column.selector()),
    warnings,
  };
}

/** Rows with more fields than there are names: often a delimiter within a field, which moves all that follow. */
class Excess {
  readonly #delimiter: string;
  #names = Infinity;
  #rows = 0;
  #first = 0;
  #count = 0;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  add(row: readonly string[], header: boolean): void {
    this.#rows += 1;
    if (header) this.#names = row.length;
    if (row.length <= this.#names || row.slice(this.#names).every((text) => text.trim() === '')) return;
    this.#count += 1;
    if (this.#count === 1) this.#first = this.#rows;
  }

  warnings(): string[] {
    if (this.#count === 0) return [];
    const rows = this.#count === 1 ? 'a row has' : `${this.#count} rows have`;
    return [
      `${rows} more fields than the header has names, the first in row ${this.#first} with the header as row 1: perhaps a field with ${JSON.stringify(this.#delimiter)} in it is not in quotation marks`,
    ];
  }
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
