/** The one place that decides what is secret: an option's name does. */
const secretNames =
  /secret|passw|pwd|passphrase|pass_?code|token|credential|api_?key|access_?key|private_?key|authorization/i;

/** Whether an option holds what nobody but its service should see. */
export function isSecret(name: string): boolean {
  return secretNames.test(name);
}

/** What stands for a secret that is set: it can be seen that it is, not what it is. */
export const secretMask = '********';

/** Whether a value is the stars that stand for a secret, which the platform alone knows. */
export function isMasked(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith(secretMask);
}
