import { numberFormat } from './settings.ts';

const format = (value: number, options: Intl.NumberFormatOptions): string =>
  numberFormat(options).format(value);

export const whole = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : format(value, { maximumFractionDigits: 0 });

/** A number with at most so many significant digits, as values of rasters are shown. */
export const significant = (value: number | null | undefined, digits = 6): string =>
  value === null || value === undefined || !Number.isFinite(value)
    ? '–'
    : format(value, { maximumSignificantDigits: digits });

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Bytes in steps of a thousand, e.g. `12.4 MB`. */
export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  let [size, step] = [Math.abs(value), 0];
  while (size >= 999.5 && step < units.length - 1) {
    size /= 1000;
    step += 1;
  }
  const text = format(Math.sign(value) * size, { maximumFractionDigits: step === 0 || size >= 100 ? 0 : 1 });
  return `${text} ${units[step]}`;
}

const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Bytes in steps of 1024, e.g. `256 MiB`: as memory and scratch space are given out, so that 256 is not told as 268. */
export function binaryBytes(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  let [size, step] = [Math.abs(value), 0];
  while (size >= 1023.5 && step < binaryUnits.length - 1) {
    size /= 1024;
    step += 1;
  }
  const text = format(Math.sign(value) * size, { maximumFractionDigits: step === 0 || size >= 100 ? 0 : 1 });
  return `${text} ${binaryUnits[step]}`;
}

/** An amount of credits, to the hundredth. */
export const credits = (value: number | null | undefined): string =>
  value === null || value === undefined
    ? '–'
    : format(value, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Square metres as km², or m² where hundredths of a km² would hide it: the digits that the command line shows too. */
export function area(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return value < 1e5
    ? `${format(value, { maximumFractionDigits: 0 })} m²`
    : `${format(value / 1e6, { maximumFractionDigits: 2 })} km²`;
}

/** `1 slice`, `2 slices`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${whole(count)} ${count === 1 ? one : many}`;
