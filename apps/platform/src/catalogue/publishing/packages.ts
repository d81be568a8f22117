import { randomUUID } from 'node:crypto';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Objects } from '../../objects/index.ts';
import { unpack } from './unpack.ts';

/** The object of an archive, by its checksum. */
export const packageKey = (sha256: string): string => `services/${sha256}`;

/** The archives of published services, unpacked on this machine where they run. */
export interface Packages {
  readonly objects: Pick<Objects, 'put' | 'copy' | 'get' | 'remove' | 'size' | 'withFile'>;
  /** Lends the content of an archive that is not trusted yet. @throws PackageError */
  look<T>(
    objectKey: string,
    use: (folder: string, files: ReadonlySet<string>) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T>;
  /** The folder with the content of an archive: made once, from the store of objects, and found again after a restart. */
  folderOf(sha256: string): Promise<string>;
}

/**
 * @param options.folder where archives are unpacked; a folder of it is there whole or not at all
 * @param options.prepare puts what services import into an unpacked folder
 */
export async function createPackages({
  objects,
  folder,
  prepare,
}: {
  readonly objects: Packages['objects'];
  readonly folder: string;
  readonly prepare: (folder: string) => Promise<void>;
}): Promise<Packages> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // What a platform that was killed has left half unpacked.
  for (const name of await readdir(folder))
    if (name.startsWith('.')) await rm(join(folder, name), { recursive: true, force: true });
  const unpacking = new Map<string, Promise<string>>();
  const inNewFolder = async <T>(use: (path: string) => Promise<T>): Promise<T> => {
    const path = join(folder, `.${randomUUID()}`);
    try {
      return await use(path);
    } finally {
      await rm(path, { recursive: true, force: true });
    }
  };
  const unpackOnce = async (sha256: string): Promise<string> => {
    const path = join(folder, sha256);
    if (await isThere(path)) return path;
    await inNewFolder(async (temporary) => {
      await objects.withFile(packageKey(sha256), async (archive) => void (await unpack(archive, temporary)));
      await prepare(temporary);
      // Another platform on this folder may have been quicker: its folder is the same.
      await rename(temporary, path).catch(async (error: unknown) => {
        if (!(await isThere(path))) throw error;
      });
    });
    return path;
  };
  // One after another: an archive of a stranger takes a good part of the disk while it is looked into.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return await turn;
  };
  return {
    objects,
    look: async (objectKey, use, signal) =>
      await inTurn(async () => {
        signal?.throwIfAborted();
        return await inNewFolder(
          async (temporary) =>
            await objects.withFile(objectKey, async (archive) => {
              const files = await unpack(archive, temporary, signal);
              return await use(temporary, files);
            }),
        );
      }),
    folderOf: async (sha256) => {
      const known = unpacking.get(sha256) ?? unpackOnce(sha256);
      unpacking.set(sha256, known);
      try {
        return await known;
      } finally {
        unpacking.delete(sha256);
      }
    },
  };
}

const isThere = async (path: string): Promise<boolean> =>
  await access(path).then(
    () => true,
    () => false,
  );
