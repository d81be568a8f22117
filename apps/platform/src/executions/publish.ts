import { cleanAttempt } from './clean.ts';
import { endComponent, readWork } from './component.ts';
import type { Work } from './component.ts';
import type { Context, StoredFile } from './context.ts';
import { readOutcome } from './outcome.ts';
import { packStorage } from './storage.ts';

/**
 * Stores the outputs of an attempt that ended well, then says so in one transaction with the component's success. Storing
 * again under the same keys changes nothing, so it can be begun anew after a kill.
 */
export async function publish(context: Context, work: Work): Promise<void> {
  const { component, attempt } = work;
  const { files, abortReason } = await readOutcome(attempt.folder, component.job_outputs);
  const stored = new Map<string, StoredFile[]>();
  for (const output of component.job_outputs) {
    const list: StoredFile[] = [];
    for (const [index, file] of (files.get(output.number) ?? []).entries()) {
      const objectKey = `outputs/${component.id}/${attempt.number}/${output.number}/${index + 1}`;
      const { size, sha256 } = await context.objects.adopt(objectKey, file.path);
      const { name, fileType, title, description } = file;
      list.push({ name, fileType, objectKey, size, sha256, title, description });
    }
    stored.set(output.data_id, list);
  }
  const kept = component.storage_id === null ? undefined : await packStorage(context, attempt.folder);
  await context.database.transaction(async (tx) => {
    const locked = await readWork(tx, context, component.id, { lock: true });
    if (locked.component.state !== 'publishing' || locked.attempt.id !== attempt.id) return;
    for (const [dataId, list] of stored) await context.data.fulfil(tx, dataId, list);
    if (kept)
      await context.data.keep(tx, {
        id: component.storage_id!,
        organisationId: component.organisation_id,
        processId: component.process_id,
        name: `Storage of ${component.name}`,
        file: kept,
      });
    // What a service says of a success is a warning.
    await endComponent(tx, context, locked, 'succeeded', abortReason ? { reason: abortReason } : undefined);
  });
  await cleanAttempt(context, attempt);
}
