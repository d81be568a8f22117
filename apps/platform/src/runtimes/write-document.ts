import { randomUUID } from 'node:crypto';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { link, rename, rm, writeFile } from 'node:fs/promises';

/**
 * Replaces a JSON document that only this user may read. Readers see the old one or the new one, never a part; of two
 * writers at once the later one wins.
 */
export async function writeDocument(path: string, document: object): Promise<void> {
  const fresh = freshName(path);
  try {
    await writeFile(fresh, JSON.stringify(document), { mode: 0o600 });
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

/** As `writeDocument`, for one who must not be interrupted. */
export function writeDocumentSync(path: string, document: object): void {
  const fresh = freshName(path);
  try {
    writeFileSync(fresh, JSON.stringify(document), { mode: 0o600 });
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

/**
 * Writes a JSON document unless there is one: of two writers at once the first one wins.
 * @returns whether it is this one that is there now
 */
export async function writeFirstDocument(path: string, document: object): Promise<boolean> {
  const fresh = freshName(path);
  try {
    await writeFile(fresh, JSON.stringify(document), { mode: 0o600 });
    return await linkFirst(fresh, path);
  } finally {
    await rm(fresh, { force: true });
  }
}

/** A rename would replace what is there. */
async function linkFirst(fresh: string, path: string): Promise<boolean> {
  try {
    await link(fresh, path);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!withoutLinks.has(code)) throw error;
    if (existsSync(path)) return false;
    await rename(fresh, path);
    return true;
  }
}

/** What a file system without hard links says: there, two writers at the same moment are not told apart. */
const withoutLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** Of its own for each write: two writers of one document must not take each other's file away. */
const freshName = (path: string): string => `${path}.${randomUUID()}.new`;
