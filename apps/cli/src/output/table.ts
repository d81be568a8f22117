import stringWidth from 'string-width';

import { oneLine } from './printable.ts';
import type { Sink } from './sink.ts';

export interface Column<T> {
  readonly title: string;
  readonly value: (row: T) => string;
  /** Paints the value that has its final width. */
  readonly paint?: (text: string, row: T) => string;
  readonly right?: boolean;
  /** Gives way when the terminal is too narrow. */
  readonly flexible?: boolean;
}

const gap = '  ';

/**
 * Rows in columns: aligned, with titles and cut to the width of a terminal; otherwise tabs between whole values, without
 * titles, for other programs. Nothing where there are no rows.
 */
export function table<T>(sink: Sink, rows: readonly T[], columns: readonly Column<T>[]): string {
  if (rows.length === 0) return '';
  const cells = rows.map((row) => columns.map(({ value }) => oneLine(value(row))));
  if (!sink.terminal) return cells.map((row) => row.join('\t')).join('\n');
  const widths = fit(
    columns.map(({ title, flexible }, i) => ({
      width: Math.max(stringWidth(title), ...cells.map((row) => stringWidth(row[i]!))),
      flexible: flexible === true,
    })),
    sink.width,
  );
  const head = columns.map(({ title, right }, i) => pad(title, widths[i]!, right)).join(gap);
  const lines = rows.map((row, r) =>
    columns
      .map(({ paint, right }, i) => {
        const text = pad(cells[r]![i]!, widths[i]!, right);
        return paint ? paint(text, row) : text;
      })
      .join(gap)
      .trimEnd(),
  );
  return [sink.colours.dim(head.trimEnd()), ...lines].join('\n');
}

function fit(
  columns: readonly { readonly width: number; readonly flexible: boolean }[],
  width: number,
): number[] {
  const widths = columns.map((column) => column.width);
  let over = widths.reduce((sum, one) => sum + one, 0) + gap.length * (widths.length - 1) - width;
  while (over > 0) {
    // The widest of those that give way.
    const at = columns.reduce(
      (best, { flexible }, i) =>
        flexible && widths[i]! > 8 && (best < 0 || widths[i]! > widths[best]!) ? i : best,
      -1,
    );
    if (at < 0) break;
    widths[at]! -= 1;
    over -= 1;
  }
  return widths;
}

export function pad(text: string, width: number, right = false): string {
  const cut = cutTo(text, width);
  const space = ' '.repeat(Math.max(0, width - stringWidth(cut)));
  return right ? space + cut : cut + space;
}

/** The start of a text that fits into so many columns, with an ellipsis where something is missing. */
export function cutTo(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const more = stringWidth(segment);
    if (used + more > width - 1) break;
    kept += segment;
    used += more;
  }
  return `${kept}…`;
}
