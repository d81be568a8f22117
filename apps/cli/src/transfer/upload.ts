import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';

import type { Data, FileSource, FileType, Organisation } from 'fusion-platform';

import type { Cli } from '../command/index.ts';
import { oneLine, plural, TransferDisplay } from '../output/index.ts';

/** Data to make of files on this machine. */
export interface Upload {
  readonly name: string;
  readonly fileType: FileType;
  readonly files: readonly string[];
  /** The id that it shall have. */
  readonly id?: string;
  /** What the file is called on the platform, where it is not called as here. */
  readonly uploadName?: string;
}

/**
 * Uploads files as new data items, side by side, with one bar for all, and waits for their analysis. After Ctrl-C or a
 * failure nothing half remains on the platform; with `together` nothing at all, where one alone is of no use.
 */
export async function uploadAll(
  cli: Cli,
  organisation: Organisation,
  uploads: readonly Upload[],
  { together = false }: { readonly together?: boolean } = {},
): Promise<readonly Data[]> {
  if (uploads.length === 0) return [];
  const sizes = await Promise.all(
    uploads.map(async ({ files }) => {
      const stats = await Promise.all(files.map(async (file) => await stat(file)));
      return stats.reduce((sum, { size }) => sum + size, 0);
    }),
  );
  const files = uploads.reduce((sum, upload) => sum + upload.files.length, 0);
  const display = new TransferDisplay(cli.out, {
    title: 'Uploading',
    files,
    total: sizes.reduce((sum, size) => sum + size, 0),
  });
  cli.settleFirst();
  let analysing = 0;
  const lost = new Set<number>();
  const ids = uploads.map(({ id }) => id ?? randomUUID());
  const ended = await Promise.allSettled(
    uploads.map(async (upload, i) => {
      const { name, fileType } = upload;
      const data = await organisation.createData({
        name,
        fileType,
        id: ids[i]!,
        files: await sourcesOf(upload),
        wait: true,
        signal: cli.signal,
        onProgress: ({ stage, uploads: parts, uploaded }) => {
          const isLost = parts.some((part) => part.lost);
          if (isLost && !lost.has(i))
            display.note(
              `Connection lost, carrying on with ${oneLine(name)} at ${Math.floor(uploaded * 100)} %`,
            );
          if (isLost) lost.add(i);
          else lost.delete(i);
          display.moved(
            String(i),
            parts.reduce((sum, { bytes }) => sum + bytes, 0),
          );
          if (stage === 'analysis') {
            analysing += 1;
            if (analysing === uploads.length) display.stage('Analysing');
          }
        },
      });
      for (const _ of upload.files) display.finished();
      return data;
    }),
  );
  display.end();
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed && together) await removeAll(organisation, ids);
  else if (cli.signal.aborted)
    await removeAll(
      organisation,
      ids.filter((_, i) => ended[i]!.status === 'rejected'),
    );
  if (failed) throw failed.reason;
  cli.out.note(`Uploaded ${plural(files, 'file')}`);
  const made = ended.map((end) => (end as PromiseFulfilledResult<Data>).value);
  for (const data of made) await tellWarnings(cli, data);
  return made;
}

/** What analysis has against a file that can be used: another area than the meant one would be paid for unseen. */
async function tellWarnings(cli: Cli, data: Data): Promise<void> {
  for await (const file of data.files()) {
    const name = oneLine(file.file_name ?? data.name);
    const { file_type: type, description, source } = file;
    if (type === 'Other')
      cli.out.warn(`${name} is of type Other: it is kept as it is, nothing is known of what is in it`);
    else if (description && !source)
      cli.out.warn(`${name}: ${oneLine(description).replace(/^Warning: /, '')}`);
  }
}

async function sourcesOf({ files, uploadName }: Upload): Promise<readonly FileSource[]> {
  if (uploadName === undefined) return files;
  return await Promise.all(files.map(async (file) => ({ name: uploadName, data: await openAsBlob(file) })));
}

/** An interruption may come when the platform has made the item and its answer is still under way. */
async function removeAll(organisation: Organisation, ids: readonly string[]): Promise<void> {
  await Promise.all(
    ids.map(async (id) => {
      const left = await organisation.dataItem(id).catch(() => undefined);
      await left?.delete().catch(() => undefined);
    }),
  );
}
