import { binaryBytes, duration, moment } from '../output/index.ts';

/**
 * A piece of evidence as people read it: its key of `why --json` in words, its number in the unit that the key or the
 * text ends with. Memory and storage are told in powers of 1024, as the platform gives them out.
 */
export function evidenceText(key: string, value: unknown): string {
  const [name, told] = read(key, value);
  return `${name.replaceAll('_', ' ')} ${told}`;
}

const units: Readonly<Record<string, (number: number) => string>> = {
  bytes: binaryBytes,
  mb: (number) => binaryBytes(number * 2 ** 20),
  gb: (number) => binaryBytes(number * 2 ** 30),
  seconds: duration,
  s: duration,
};

function read(key: string, value: unknown): readonly [string, string] {
  const [, name = key, unit = ''] = /^(.+)_(bytes|mb|seconds)$/.exec(key) ?? [];
  if (typeof value === 'number' && units[unit]) return [name, units[unit](value)];
  const text = String(value);
  const [, number, given = ''] = /^(\d+(?:\.\d+)?) (bytes|MB|GB|s)$/.exec(text) ?? [];
  const tell = units[given.toLowerCase()];
  if (number !== undefined && tell) return [key, tell(Number(number))];
  return [key, isMoment.test(text) && !Number.isNaN(Date.parse(text)) ? moment(text) : text];
}

const isMoment = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
