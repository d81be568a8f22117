import { statSync } from 'node:fs';

import type { Queries } from '../database/index.ts';
import type { AttemptState } from '../runtimes/index.ts';
import { handleOf } from './attempt-handle.ts';
import { endComponent, readWork } from './component.ts';
import type { Work } from './component.ts';
import type { Context, StoredFile, StoredOutputs } from './context.ts';
import { hasNetwork, manifestIfOffered } from './manifest-cache.ts';
import { readOutcome } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import type { Step } from './step.ts';
import { packStorage } from './storage.ts';

const openFiles = 16;

/**
 * Whether nobody can write any more to what an attempt left. One that shares a folder or a network with others could have
 * handed them an open file.
 */
async function isFinal(context: Context, { component }: Work, ended: AttemptState): Promise<boolean> {
  if (ended.state !== 'ended' || !ended.sandboxed) return false;
  const manifest = await manifestIfOffered(context.database.queries, context, component.service_id);
  return manifest !== null && !hasNetwork(manifest);
}

/** Bytes. */
export function sizeOf({ files }: Outcome): number {
  let bytes = 0;
  for (const { path } of [...files.values()].flat()) bytes += statSync(path).size;
  return bytes;
}

/**
 * Storing again under the same keys changes nothing, so it can be begun anew after a kill.
 * @param final whether nobody can write to the files any more, so that they need not be copied
 */
async function storeOutputs(
  context: Context,
  work: Work,
  outcome: Outcome,
  final: boolean,
): Promise<StoredOutputs> {
  const { component, attempt } = work;
  const files = new Map<string, StoredFile[]>();
  const durable: Promise<void>[] = [];
  const keeping =
    component.storage_id === null
      ? undefined
      : packStorage(context, attempt.folder, component.storage * 1024 ** 3);
  keeping?.catch(() => undefined);
  for (const output of component.job_outputs) {
    const list: StoredFile[] = [];
    for (const [index, file] of (outcome.files.get(output.number) ?? []).entries()) {
      // In a few folders for all: to make some for each component takes longer than to store what it makes.
      const place = `${component.id.slice(0, 2)}/${component.id}`;
      const objectKey = `outputs/${place}-${attempt.number}-${output.number}-${index + 1}`;
      const { size, sha256, durable: lasts } = await context.objects.adopt(objectKey, file.path, { final });
      durable.push(lasts);
      // Each holds its file open until then, and others want to have their turn.
      if (durable.length % openFiles === 0) await Promise.all(durable.slice(-openFiles));
      const { name, fileType, title, description } = file;
      list.push({ name, fileType, objectKey, size, sha256, title, description });
    }
    files.set(output.data_id, list);
  }
  const all = Promise.all(durable);
  // Whoever asks is told.
  all.catch(() => undefined);
  return { files, kept: await keeping, durable: all };
}

/** Stores the outputs of an attempt that ended well, then says so. */
export async function publish(context: Context, work: Work): Promise<Step> {
  const { component, attempt } = work;
  const outcome = readOutcome(attempt.folder, component.job_outputs);
  const ended = await context.runtime.inspect(handleOf(context, attempt));
  const stored = await storeOutputs(context, work, outcome, await isFinal(context, work, ended));
  await stored.durable;
  return await context.database.transaction(async (tx): Promise<Step> => {
    const locked = await readWork(tx, context, component.id, { lock: true });
    if (locked.component.state !== 'publishing' || locked.attempt.id !== attempt.id) return { next: 'read' };
    await publishStored(tx, context, locked, stored, outcome.abortReason);
    return { next: 'done' };
  });
}

/**
 * Gives the data items of a component what was stored for them, in one transaction with the component's success.
 * @param warning what the service says of its success
 */
async function publishStored(
  tx: Queries,
  context: Context,
  work: Work,
  { files, kept }: StoredOutputs,
  warning: string | null,
): Promise<void> {
  const { component } = work;
  const manifest = await manifestIfOffered(tx, context, component.service_id);
  const maker = manifest && {
    name: manifest.name,
    version: manifest.version,
    executionId: component.process_execution_id,
  };
  for (const [dataId, list] of files) await context.data.fulfil(tx, dataId, list, maker);
  if (kept)
    await context.data.keep(tx, {
      id: component.storage_id!,
      organisationId: component.organisation_id,
      processId: component.process_id,
      name: `Storage of ${component.name}`,
      file: kept,
    });
  await endComponent(tx, context, work, 'succeeded', warning ? { reason: warning } : undefined);
}
