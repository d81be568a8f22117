import { chmod, mkdir, stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import { SettingsError } from './settings.ts';

const others = 0o077;

/**
 * Makes a folder that only the platform's user can enter, or makes an existing one so. Whoever can read it has the key
 * that signs sessions: it is not used while others can.
 * @throws SettingsError saying what to do
 */
export async function makePrivate(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  // There the folder belongs to its user by other means.
  if (process.platform === 'win32') return;
  const before = await stat(path);
  if ((before.mode & others) === 0 && before.uid === process.getuid?.()) return;
  await chmod(path, 0o700).catch(() => undefined);
  const { mode, uid } = await stat(path);
  if ((mode & others) === 0 && uid === process.getuid?.()) return;
  const reason =
    uid === process.getuid?.()
      ? `its mode stays ${(mode & 0o777).toString(8)}: its file system knows no modes`
      : `it belongs to another user (${uid})`;
  throw new SettingsError([
    `FUSION_DATA: other users could read ${resolve(path)}, and with it the key that signs sessions; ${reason}. Give a folder that belongs to the platform's user alone (chmod 700)`,
  ]);
}

/** What this process and those that it starts make is private, whatever the shell says. */
export function makeFilesPrivate(): void {
  process.umask(others);
}
