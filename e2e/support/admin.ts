import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { root } from './platform.ts';

/** Runs the platform's administration on the data of a test's folder; the platform must not run. */
export async function admin(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=fusion-source', join(root, 'apps/platform/src/admin.ts'), ...args],
    { env: { ...process.env, FUSION_DATA: join(folder, 'platform') } },
  );
  return stdout;
}

/** Makes a user with these roles. */
export async function addUser(
  folder: string,
  user: { email: string; organisation: string; password: string; roles: readonly string[] },
): Promise<void> {
  const { email, organisation, password, roles } = user;
  const given = ['--email', email, '--organisation', organisation, '--password', password];
  await admin(folder, 'add-user', ...given, ...roles.flatMap((role) => ['--role', role]));
}
