import { join } from 'node:path';

import { configFolder } from './folders.ts';
import { readJson, writePrivate } from './private-file.ts';

/** A session that goes on from one command to the next. The password is nowhere in it. */
export interface Saved {
  readonly url: string;
  readonly email: string;
  readonly userId: string;
  readonly accessToken: string;
  readonly openedAt: string;
}

const pathOf = (env: NodeJS.ProcessEnv): string => join(configFolder(env), 'sessions.json');

/** A session lasts at most a day. */
const longestMs = 24 * 3_600_000;

export async function readSaved(env: NodeJS.ProcessEnv): Promise<readonly Saved[]> {
  const found = (await readJson(pathOf(env))) as { readonly sessions?: readonly Saved[] } | undefined;
  return (found?.sessions ?? []).filter(({ openedAt }) => Date.now() - Date.parse(openedAt) < longestMs);
}

/** The newest session at a platform, of a user if one is named. */
export async function findSaved(
  env: NodeJS.ProcessEnv,
  { url, email }: { readonly url: string; readonly email?: string | undefined },
): Promise<Saved | undefined> {
  return (await readSaved(env)).find(
    (saved) =>
      saved.url === url && (email === undefined || saved.email.toLowerCase() === email.toLowerCase()),
  );
}

/** Keeps a session in the place of an older one of the same user at the same platform. */
export async function save(env: NodeJS.ProcessEnv, saved: Saved): Promise<void> {
  await forget(env, saved, [saved]);
}

/** Forgets the sessions at a platform; of one user if named. */
export async function forget(
  env: NodeJS.ProcessEnv,
  { url, email }: { readonly url: string; readonly email?: string | undefined },
  added: readonly Saved[] = [],
): Promise<void> {
  const others = (await readSaved(env)).filter(
    (saved) =>
      saved.url !== url || (email !== undefined && saved.email.toLowerCase() !== email.toLowerCase()),
  );
  await writePrivate(pathOf(env), { sessions: [...added, ...others] });
}
