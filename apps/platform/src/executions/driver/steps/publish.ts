import type { Queries } from '../../../database/index.ts';
import { RuntimeError } from '../../../runtimes/index.ts';
import type { Collected, CollectedFile, CollectPlan } from '../../../runtimes/index.ts';
import { handleOf } from '../../records/index.ts';
import { endComponent, decide, readWork } from '../../component/index.ts';
import type { Work } from '../../component/index.ts';
import { applyDecision, giveUpAttempt, missingOf, noteOutcome, policy } from './finish-attempt.ts';
import type { OutputFile } from '../../../data/index.ts';
import type { Context } from '../../context.ts';
import { manifestIfOffered } from '../manifest-cache.ts';
import type { Step } from './step.ts';

/** Stores the outputs of an attempt whose command ended well, reads what it says of itself, and says how it ended. */
export async function publish(context: Context, work: Work, signal: AbortSignal): Promise<Step> {
  const { component, attempt } = work;
  let collected: Collected;
  try {
    collected = await context.runtime.collect(handleOf(context, attempt), planOf(work), { signal });
  } catch (error) {
    if (!(error instanceof RuntimeError) || error.code !== 'invalid_attempt') throw error;
    return await giveUpAttempt(context, component.id, 'what it left is gone');
  }
  const step = await context.database.transaction(async (tx): Promise<Step & { readonly kept: boolean }> => {
    const locked = await readWork(tx, context, component.id, { lock: true });
    if (locked.component.state !== 'publishing' || locked.attempt.id !== attempt.id)
      return { next: 'read', kept: true };
    await noteOutcome(tx, context, locked, collected);
    const decision = decide({
      attempt: { state: 'ended', reason: { code: 'exited', evidence: { exitCode: 0 } }, exitCode: 0 },
      outcome: collected.outcome,
      missing: missingOf(locked, collected),
      logTail: null,
      ...(await policy(tx, context, locked)),
    });
    if (decision.to !== 'publishing')
      return { next: await applyDecision(tx, context, locked, { decision }), kept: false };
    await publishStored(tx, context, locked, collected);
    return { next: 'done', kept: true };
  });
  if (!step.kept) await removeCollected(context, collected);
  return step;
}

/** Keys are the same at every try, so that storing can be repeated after a kill. */
function planOf({ component, attempt }: Work): CollectPlan {
  return {
    // In a few folders for all: to make some for each component takes longer than to store what it makes.
    outputPrefix: `outputs/${component.id.slice(0, 2)}/${component.id}-${attempt.number}`,
    storageKey: component.storage_id === null ? null : `storage/${attempt.id}`,
  };
}

/** Removes what was stored for a component that did not succeed after all. */
async function removeCollected(
  { objects }: Pick<Context, 'objects'>,
  { outputs, storage }: Collected,
): Promise<void> {
  for (const { object } of [...[...outputs.values()].flat(), ...(storage ? [storage] : [])])
    await objects.remove(object.key);
}

const storedFile = ({ name, fileType, object, title, description }: CollectedFile): OutputFile => ({
  name,
  fileType,
  objectKey: object.key,
  size: object.size,
  sha256: object.sha256,
  title,
  description,
});

/** Gives the data items of a component what was stored for them, in one transaction with the component's success. */
async function publishStored(
  tx: Queries,
  context: Pick<Context, 'events' | 'data' | 'catalogue' | 'onEnded'>,
  work: Work,
  { outputs, storage, outcome }: Collected,
): Promise<void> {
  const { component } = work;
  const manifest = await manifestIfOffered(tx, context, component.service_id);
  const maker = manifest && {
    name: manifest.name,
    version: manifest.version,
    executionId: component.process_execution_id,
  };
  for (const { number, data_id: dataId } of component.job_outputs)
    await context.data.fulfil(tx, dataId, (outputs.get(number) ?? []).map(storedFile), maker);
  if (storage)
    await context.data.keep(tx, {
      id: component.storage_id!,
      organisationId: component.organisation_id,
      processId: component.process_id,
      name: `Storage of ${component.name}`,
      file: storedFile(storage),
    });
  // What a service says of a success is a warning.
  const warning = outcome.abortReason;
  await endComponent(tx, context, work, 'succeed', warning ? { reason: warning } : undefined);
}
