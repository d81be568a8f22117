import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { create, extract } from 'tar';

import type { Context, StoredFile } from './context.ts';

const archiveName = 'storage.tar.gz';

/** Lays out what the service kept at the end of the last run of its process. */
export async function restoreStorage({ objects }: Context, objectKey: string, folder: string): Promise<void> {
  // What a service packed, links included, was its own; nothing of it may lead out of its folder all the same.
  await extract({ file: objects.localPath(objectKey), cwd: folder, strict: true });
}

/** Packs what the service left to be kept; undefined when it left nothing. The time of packing leaves no trace in it. */
export async function packStorage({ objects }: Context, folder: string): Promise<StoredFile | undefined> {
  const names = (await readdir(join(folder, 'storage')).catch(() => [])).toSorted((a, b) => (a < b ? -1 : 1));
  if (names.length === 0) return undefined;
  const path = join(folder, archiveName);
  await create(
    { file: path, cwd: join(folder, 'storage'), gzip: true, portable: true, mtime: new Date(0) },
    names.map((name) => `./${name}`),
  );
  const objectKey = `storage/${randomUUID()}`;
  const { size, sha256, durable } = await objects.adopt(objectKey, path, { final: true });
  await durable;
  await rm(path, { force: true });
  return {
    name: archiveName,
    fileType: 'GZIP',
    objectKey,
    size,
    sha256,
    title: 'Storage',
    description: 'What the service keeps from run to run of its process',
  };
}
