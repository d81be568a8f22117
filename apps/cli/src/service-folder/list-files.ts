import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { faultOfPath, packageLimits } from 'fusion-platform/service-file';

/** A file of a service's folder. */
export interface FolderFile {
  /** Below the folder, with `/`. */
  readonly path: string;
  readonly size: number;
  readonly executable: boolean;
}

export interface FolderListing {
  readonly files: readonly FolderFile[];
  /** What cannot be part of a service, and why. */
  readonly faults: readonly { readonly path: string; readonly message: string }[];
}

/** What stays behind: histories, environments and what `services try` leaves, all of which begin with a dot, and caches. */
const isLeftOut = (name: string): boolean => name.startsWith('.') || name === '__pycache__';

/** The files that make up a service, in a fixed order. */
export async function listFiles(folder: string, signal?: AbortSignal): Promise<FolderListing> {
  const files: FolderFile[] = [];
  const faults: { path: string; message: string }[] = [];
  const visit = async (below: string): Promise<void> => {
    signal?.throwIfAborted();
    for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
      if (isLeftOut(entry.name) || files.length > packageLimits.files) continue;
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      const fault = faultOfPath(path);
      if (fault !== undefined) faults.push({ path, message: fault });
      else if (entry.isDirectory()) await visit(path);
      else if (entry.isFile()) {
        const { size, mode } = await lstat(join(folder, path));
        files.push({ path, size, executable: (mode & 0o111) !== 0 });
      } else
        faults.push({
          path,
          message: entry.isSymbolicLink()
            ? 'it is a link, which is not sent: put the file itself there'
            : 'it is no file and no folder',
        });
    }
  };
  await visit('');
  if (files.length > packageLimits.files)
    faults.push({ path: '', message: `the folder has more than ${packageLimits.files} files` });
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total > packageLimits.bytes)
    faults.push({ path: '', message: `the folder has ${total} bytes, more than ${packageLimits.bytes}` });
  return { files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)), faults };
}
