import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { pack } from 'tar-stream';

import { describeBackup, infoName, parts, settingsName, sumsName } from './format.ts';
import type { BackupInfo } from './format.ts';
import { entriesOf } from './snapshot.ts';
import type { Snapshot } from './snapshot.ts';

/** A backup as a stream of bytes, which holds no more than a few megabytes at once. */
export interface Writing {
  readonly info: BackupInfo;
  readonly bytes: Readable;
}

/** @param settings what the platform was started with */
export async function writeBackup(
  snapshot: Pick<Snapshot, 'folder'>,
  settings: Readonly<Record<string, string>>,
): Promise<Writing> {
  let [files, bytes] = [0, 0];
  for (const part of parts)
    for await (const { size } of entriesOf(snapshot.folder, part))
      if (size !== undefined) [files, bytes] = [files + 1, bytes + size];
  const info = describeBackup(files, bytes);
  const archive = pack();
  write(archive, snapshot.folder, { info, settings }).then(
    () => archive.finalize(),
    (error: unknown) => archive.destroy(error as Error),
  );
  return { info, bytes: archive as unknown as Readable };
}

async function write(
  archive: ReturnType<typeof pack>,
  folder: string,
  { info, settings }: { readonly info: BackupInfo; readonly settings: Readonly<Record<string, string>> },
): Promise<void> {
  const sums: string[] = [];
  const add = async (name: string, size: number, source: Readable): Promise<void> => {
    const hash = createHash('sha256');
    await pipeline(source, hashing(hash), archive.entry({ name, size, mode: 0o600 }));
    sums.push(`${hash.digest('hex')}  ${name}\n`);
  };
  const text = async (name: string, value: unknown): Promise<void> => {
    const bytes = Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
    await add(name, bytes.length, Readable.from([bytes]));
  };
  await text(infoName, info);
  await text(settingsName, settings);
  for (const part of parts)
    for await (const { name, size } of entriesOf(folder, part)) {
      if (size === undefined) await addFolder(archive, `${name}/`);
      else await add(name, size, createReadStream(join(folder, name)));
    }
  const last = Buffer.from(sums.join(''));
  await pipeline(Readable.from([last]), archive.entry({ name: sumsName, size: last.length, mode: 0o600 }));
}

const addFolder = async (archive: ReturnType<typeof pack>, name: string): Promise<void> =>
  await new Promise((resolve, reject) => {
    archive.entry({ name, type: 'directory', mode: 0o700 }, (error) => (error ? reject(error) : resolve()));
  });

export const hashing = (hash: Hash): Transform =>
  new Transform({
    transform: (chunk: Buffer, _, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
  });
