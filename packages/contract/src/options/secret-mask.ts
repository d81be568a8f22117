/** What stands for a secret that is set: it can be seen that it is, not what it is. */
export const secretMask = '********';

/** Whether a value is the stars that stand for a secret, which the platform alone knows. */
export function isMasked(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith(secretMask);
}
