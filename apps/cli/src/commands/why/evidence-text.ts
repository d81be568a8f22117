import { bytes, duration, moment } from '../../output/index.ts';

/** A piece of evidence as people read it: its key of `why --json` in words, its number in the unit that the key ends with. */
export function evidenceText(key: string, value: unknown): string {
  const [name, told] = read(key, value);
  return `${name.replaceAll('_', ' ')} ${told}`;
}

function read(key: string, value: unknown): readonly [string, string] {
  const [, name = key, unit] = /^(.+)_(bytes|mb|seconds)$/.exec(key) ?? [];
  if (unit !== undefined && typeof value === 'number') {
    if (unit === 'bytes') return [name, bytes(value)];
    return [name, unit === 'mb' ? `${value} MB` : duration(value)];
  }
  const text = String(value);
  return [key, isMoment.test(text) && !Number.isNaN(Date.parse(text)) ? moment(text) : text];
}

const isMoment = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
