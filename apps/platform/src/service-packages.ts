import { lstat, mkdir, realpath, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const packages = ['@fusion-platform/service-kit', '@fusion-platform/geo'];

/** What every component may read: the packages that services import, and what those import. */
export const servicePackages: readonly string[] = [
  join(repository, 'node_modules'),
  join(repository, 'packages'),
];

/**
 * Puts links to the packages that services use into a folder outside the repository, as those in it find them. What the
 * folder brings itself stays.
 */
export async function linkPackages(folder: string): Promise<void> {
  for (const name of packages) {
    const path = join(folder, 'node_modules', name);
    const taken = await lstat(path).then(
      () => true,
      () => false,
    );
    if (taken) continue;
    await mkdir(dirname(path), { recursive: true });
    await symlink(await realpath(join(repository, 'node_modules', name)), path, 'dir');
  }
}
