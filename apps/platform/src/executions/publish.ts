import { stat } from 'node:fs/promises';

import type { Queries } from '../database/index.ts';
import { claimWaiting } from './claim.ts';
import { endComponent, readWork } from './component.ts';
import type { Work } from './component.ts';
import type { Context, StoredFile } from './context.ts';
import { readOutcome } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import type { Step } from './step.ts';
import { packStorage } from './storage.ts';

/** What an attempt left, in the store of files. */
export interface StoredOutputs {
  /** The files of each output, by its data item. */
  readonly files: ReadonlyMap<string, readonly StoredFile[]>;
  readonly kept: StoredFile | undefined;
}

/** Up to so many bytes are stored so soon that there is no use in telling that they are. */
const littleBytes = 8 * 1024 * 1024;

export async function isLittle({ files }: Outcome): Promise<boolean> {
  let bytes = 0;
  for (const { path } of [...files.values()].flat()) bytes += (await stat(path)).size;
  return bytes <= littleBytes;
}

/** Storing again under the same keys changes nothing, so it can be begun anew after a kill. */
export async function storeOutputs(context: Context, work: Work, outcome: Outcome): Promise<StoredOutputs> {
  const { component, attempt } = work;
  const files = new Map<string, StoredFile[]>();
  const keeping = component.storage_id === null ? undefined : packStorage(context, attempt.folder);
  keeping?.catch(() => undefined);
  for (const output of component.job_outputs) {
    const list: StoredFile[] = [];
    for (const [index, file] of (outcome.files.get(output.number) ?? []).entries()) {
      const objectKey = `outputs/${component.id}/${attempt.number}/${output.number}/${index + 1}`;
      const { size, sha256 } = await context.objects.adopt(objectKey, file.path);
      const { name, fileType, title, description } = file;
      list.push({ name, fileType, objectKey, size, sha256, title, description });
    }
    files.set(output.data_id, list);
  }
  return { files, kept: await keeping };
}

/** Takes back what was stored for a component that is not to have it. */
export async function removeOutputs({ objects }: Context, { files, kept }: StoredOutputs): Promise<void> {
  for (const { objectKey } of [...[...files.values()].flat(), ...(kept ? [kept] : [])])
    await objects.remove(objectKey);
}

/** Stores the outputs of an attempt that ended well, then says so. */
export async function publish(context: Context, work: Work): Promise<Step> {
  const { component, attempt } = work;
  const outcome = await readOutcome(attempt.folder, component.job_outputs);
  const stored = await storeOutputs(context, work, outcome);
  return await context.database.transaction(async (tx): Promise<Step> => {
    const locked = await readWork(tx, context, component.id, { lock: true });
    if (locked.component.state !== 'publishing' || locked.attempt.id !== attempt.id) return { next: 'read' };
    return { next: 'done', taken: await publishStored(tx, context, locked, stored, outcome.abortReason) };
  });
}

/**
 * Gives the data items of a component what was stored for them, in one transaction with the component's success. What can
 * begin now is taken up in it too: a chain goes on without waiting for the engine to look for work.
 * @returns components that this platform has taken up
 */
export async function publishStored(
  tx: Queries,
  context: Context,
  work: Work,
  { files, kept }: StoredOutputs,
  warning: string | null,
): Promise<readonly string[]> {
  const { component } = work;
  for (const [dataId, list] of files) await context.data.fulfil(tx, dataId, list);
  if (kept)
    await context.data.keep(tx, {
      id: component.storage_id!,
      organisationId: component.organisation_id,
      processId: component.process_id,
      name: `Storage of ${component.name}`,
      file: kept,
    });
  // What a service says of a success is a warning.
  const madeWay = await endComponent(
    tx,
    context,
    work,
    'succeeded',
    warning ? { reason: warning } : undefined,
  );
  return madeWay ? await claimWaiting(tx, context) : [];
}
