/** The parts of a validation string, e.g. `min=1;max=100` or `values=A,B;names=First,Second`. */
export interface Validation {
  readonly format: string | undefined;
  readonly values: readonly string[] | undefined;
  readonly names: readonly string[] | undefined;
}

export function parseValidation(text: string | null | undefined): Validation {
  const parts = new Map<string, string>();
  for (const part of (text ?? '').split(';')) {
    const equals = part.indexOf('=');
    if (equals > 0) parts.set(part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1));
  }
  return {
    format: parts.get('format'),
    values: parts.get('values')?.split(','),
    names: parts.get('names')?.split(','),
  };
}
