import { csvFormatRow } from 'd3-dsv';

/** One record of RFC 4180, without its line end. Nested values become JSON. */
export function csvRecord(values: readonly unknown[]): string {
  return csvFormatRow(values.map(text));
}

export const lineEnd = '\r\n';

function text(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
