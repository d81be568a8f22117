import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

import { packageLimits } from 'fusion-platform/service-file';
import { pack } from 'tar-stream';

import { usageError } from '../errors/index.ts';
import { bytes } from '../output/index.ts';
import type { CheckedFolder } from './check-folder.ts';

/**
 * Packs the files of a folder. The same files make the same bytes, whenever and by whomever they are packed.
 * @returns the size of the archive in bytes
 * @throws CliError for a folder that has changed meanwhile, or is too large
 */
export async function packFolder(
  { folder, files }: CheckedFolder,
  path: string,
  signal: AbortSignal,
): Promise<number> {
  const archive = pack();
  const written = pipeline(archive, createGzip(), createWriteStream(path, { mode: 0o600 }), { signal });
  written.catch(() => undefined);
  try {
    for (const { path: name, size, executable } of files) {
      const header = { name, size, mode: executable ? 0o755 : 0o644, mtime: new Date(0), uid: 0, gid: 0 };
      await pipeline(createReadStream(join(folder, name)), archive.entry(header), { signal });
    }
    archive.finalize();
    await written;
  } catch (error) {
    archive.destroy();
    await written.catch(() => undefined);
    signal.throwIfAborted();
    if (error instanceof Error && /size mismatch/i.test(error.message))
      throw usageError(`A file of ${folder} has changed while it was packed`, 'publish it again');
    throw error;
  }
  const { size } = await stat(path);
  if (size <= packageLimits.archiveBytes) return size;
  throw usageError(
    `${folder} is ${bytes(size)} when packed: a platform takes up to ${bytes(packageLimits.archiveBytes)}`,
    'fetch large data while the service runs, or put the service into an image',
  );
}
