/** The parts of a validation string, e.g. `min=1;max=100`, `format=%Y-%m-%d;min=…` or `values=A,B;names=First,Second`. */
export interface ValidationText {
  readonly min: string | undefined;
  readonly max: string | undefined;
  readonly format: string | undefined;
  readonly values: readonly string[] | undefined;
  readonly names: readonly string[] | undefined;
}

export function readValidation(text: string | null): ValidationText {
  const parts = new Map<string, string>();
  for (const part of (text ?? '').split(';')) {
    const equals = part.indexOf('=');
    if (equals > 0) parts.set(part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim());
  }
  const list = (key: string): readonly string[] | undefined =>
    parts
      .get(key)
      ?.split(',')
      .map((item) => item.trim());
  return {
    min: parts.get('min'),
    max: parts.get('max'),
    format: parts.get('format'),
    values: list('values'),
    names: list('names'),
  };
}
