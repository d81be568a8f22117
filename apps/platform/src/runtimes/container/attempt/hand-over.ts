import { lchown, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Gives the folder of an attempt and all in it to the service's user, where the platform is root. Where it is not, the
 * service's user is the platform's own. Inputs are copies then, and mounted read-only.
 */
export async function handOver(work: string, temporary: string, user: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const [uid = 0, gid = 0] = user.split(':').map(Number);
  for (const folder of [work, temporary]) await lchown(folder, uid, gid);
  for (const { parentPath, name } of await readdir(work, { withFileTypes: true, recursive: true }))
    await lchown(join(parentPath, name), uid, gid);
}
