import { lchown, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Gives the folders that a service writes to, and what is in them, to its user, where the platform is root. Where it is
 * not, the service's user is the platform's own. Inputs stay as they are: they may be the very bytes of the store.
 */
export async function handOver(work: string, temporary: string, user: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const [uid = 0, gid = 0] = user.split(':').map(Number);
  for (const folder of [work, temporary]) await lchown(folder, uid, gid);
  for (const name of ['outputs', 'scratch', 'storage']) {
    const folder = join(work, name);
    await lchown(folder, uid, gid);
    for (const { parentPath, name: entry } of await readdir(folder, { withFileTypes: true, recursive: true }))
      await lchown(join(parentPath, entry), uid, gid);
  }
}
