import { QueryError } from './query-error.ts';

export type Scalar = string | number | boolean;

/** Python's `requests` writes booleans as `True` and `False`; so do we. */
export function encodeScalar(value: Scalar): string {
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);
}

/** Reads a boolean in any case. @throws QueryError */
export function decodeBoolean(name: string, text: string): boolean {
  switch (text.toLowerCase()) {
    case 'true':
    case '1':
      return true;
    case 'false':
    case '0':
      return false;
    default:
      throw new QueryError(`${name}: "${text}" is not True or False`);
  }
}
