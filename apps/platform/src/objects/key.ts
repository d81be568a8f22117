const segment = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,200}$/;

/** The segments of a key. @throws RangeError for a text that is no key */
export function segmentsOf(key: string): readonly string[] {
  const parts = key.split('/');
  if (parts.length < 2 || !parts.every((part) => segment.test(part)))
    throw new RangeError(`"${key}" is no object key`);
  return parts;
}
