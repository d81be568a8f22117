import { and, eq, isNull, sql } from 'drizzle-orm';

import { CallError } from '@fusion-platform/contract';
import { Decimal } from 'decimal.js';

import { reserve } from '../../accounts/index.ts';
import { tables } from '../../database/index.ts';
import type { StoredObject } from '../../objects/index.ts';
import type { FileRow } from '../claim.ts';
import type { Context } from '../context.ts';
import { dropUnfinished } from '../drop.ts';

/** Credits for so many bytes. */
export function priceOf({ settings }: Pick<Context, 'settings'>, bytes: number): Decimal {
  return new Decimal(settings.uploadCreditsPerGb).times(bytes).dividedBy(1e9);
}

/** Writes down that the bytes of a file are there, and what they cost. Refused, they are removed. */
export async function record(
  context: Context,
  file: FileRow,
  { key, stored }: { readonly key: string; readonly stored: StoredObject },
): Promise<void> {
  const { database, objects, events } = context;
  const { dataFiles } = tables;
  try {
    await database.transaction(async (tx) => {
      await reserve(tx, {
        organisationId: file.organisation_id,
        use: { kind: 'upload' },
        amount: priceOf(context, stored.size).toFixed(6, Decimal.ROUND_UP),
        reference: file.data_id,
        idempotencyKey: `upload:${file.id}`,
        note: file.file_name,
      });
      const [before] = await tx
        .select({ upload: dataFiles.upload_key })
        .from(dataFiles)
        .where(eq(dataFiles.id, file.id))
        .for('update');
      const taken = await tx
        .update(dataFiles)
        .set({
          object_key: key,
          upload_key: null,
          upload_length: null,
          stored_size: stored.size,
          sha256: stored.sha256,
          uploaded_at: sql`clock_timestamp()`,
        })
        .where(and(eq(dataFiles.id, file.id), isNull(dataFiles.uploaded_at)))
        .returning({ id: dataFiles.id });
      if (taken.length === 0)
        throw new CallError('conflict', 'The file came by another upload, or was deleted, meanwhile');
      // It began to come in several goes, and has come in one.
      if (before && before.upload !== key) await dropUnfinished(tx, [before.upload]);
      await events.publish(tx, { kind: 'data', id: file.data_id });
    });
  } catch (error) {
    // The answer of a commit can be lost though it was made: then the bytes are needed.
    const [kept] = await database.queries
      .select({ id: dataFiles.id })
      .from(dataFiles)
      .where(eq(dataFiles.object_key, key));
    if (!kept) await objects.remove(key);
    throw error;
  }
}
