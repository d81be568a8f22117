/** The value of an option as a form shows it. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString().slice(0, 16);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
