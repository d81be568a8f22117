import type { DataFile } from 'fusion-platform';

import { bytes, oneLine } from '../../../output/index.ts';
import type { Sink } from '../../../output/index.ts';

/** What is known of a file, as it is shown. */
export type ShownFile = Pick<
  DataFile,
  | 'id'
  | 'file_name'
  | 'file_type'
  | 'size'
  | 'crs'
  | 'pixelSize'
  | 'area'
  | 'bounds'
  | 'selectors'
  | 'description'
  | 'error'
  | 'publishable'
  | 'source'
>;

/** A file in some lines: what it is, where it lies, its bands or columns, and what analysis says against it. */
export function fileLines({ colours }: Pick<Sink, 'colours'>, file: ShownFile): string[] {
  const nodata = [...new Set(file.selectors?.flatMap(({ nodata: value }) => value ?? []))];
  const facts = [
    file.file_type,
    file.size === undefined ? '' : bytes(file.size),
    file.crs ?? '',
    file.pixelSize === undefined ? '' : `${number(file.pixelSize, 4)} m`,
    file.area === undefined ? '' : areaText(file.area),
    nodata.length === 0 ? '' : `no data ${nodata.map(oneLine).join(' or ')}`,
  ].filter(Boolean);
  const lines = [`  ${oneLine(file.file_name ?? file.id)}  ${facts.join(', ')}${stateOf(file)}`];
  if (file.source) lines.push('    made from the uploaded file; maps and services use this one');
  if (file.bounds) lines.push(`    bounds ${file.bounds.map((one) => one.toFixed(5)).join(' ')}`);
  for (const { selector, minimum, maximum, mean } of file.selectors ?? []) {
    const told = [valueText('from', minimum), valueText('to', maximum), valueText('mean', mean)].filter(
      Boolean,
    );
    const values = told.length > 0 ? `  ${told.join(', ')}` : '';
    lines.push(`    ${colours.cyan(oneLine(selector))}${values}`);
  }
  if (file.description)
    lines.push(`    ${file.error ? colours.red(oneLine(file.description)) : oneLine(file.description)}`);
  return lines;
}

/** Whole numbers with all of their digits: they may be ids. */
const number = (value: number, digits: number): string =>
  Number.isInteger(value)
    ? String(value)
    : value.toLocaleString('en-GB', { maximumSignificantDigits: digits, useGrouping: false });

const valueText = (what: string, value: number | null | undefined): string =>
  typeof value === 'number' ? `${what} ${number(value, 9)}` : '';

/** In m² where hundredths of a km² would hide it. */
export const areaText = (squareMetres: number): string =>
  squareMetres < 1e5
    ? `${squareMetres.toLocaleString('en-GB', { maximumFractionDigits: 0 })} m²`
    : `${(squareMetres / 1e6).toLocaleString('en-GB', { maximumFractionDigits: 2 })} km²`;

function stateOf({ error, publishable, size }: ShownFile): string {
  if (error) return '  cannot be used';
  if (size === undefined) return '  has not arrived';
  return publishable === undefined ? '  is being analysed' : '';
}
