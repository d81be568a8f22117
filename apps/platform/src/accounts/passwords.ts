import { randomInt } from 'node:crypto';

import { hash, verify } from '@node-rs/argon2';

import { CallError } from '@fusion-platform/contract';

const rules: readonly (readonly [RegExp, string])[] = [
  [/^.{8,}$/su, 'at least 8 characters'],
  [/\d/u, 'a digit'],
  [/\p{Ll}/u, 'a lower case letter'],
  [/\p{Lu}/u, 'an upper case letter'],
  [/[^\p{L}\p{N}\s]/u, 'a special character'],
];

/** @throws CallError naming what the password lacks */
export function checkPolicy(password: string): void {
  const lacking = rules.filter(([pattern]) => !pattern.test(password)).map(([, name]) => name);
  if (password.length > 1024) lacking.push('at most 1,024 characters');
  if (lacking.length > 0) throw new CallError('bad_request', `A password needs ${lacking.join(', ')}`);
}

/** Hashes with argon2id at OWASP's first recommendation (19 MiB, two passes). */
export async function hashPassword(password: string): Promise<string> {
  return await hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
}

const nobody = hashPassword('no user has this password');

/** Whether the password fits the hash. An unknown user (no hash) takes as long as a known one. */
export async function passwordFits(stored: string | undefined, password: string): Promise<boolean> {
  if (password.length > 1024) return false;
  const fits = await verify(stored ?? (await nobody), password);
  return fits && stored !== undefined;
}

/** A password that passes the policy, easy to copy: no characters that look alike. */
export function makePassword(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
  const pick = (from: string) => from[randomInt(from.length)]!;
  const group = () => Array.from({ length: 5 }, () => pick(letters)).join('');
  return `${pick('abcdefgh')}${group()}-${group()}-${pick('ABCDEFGH')}${group()}${pick('23456789')}`;
}
