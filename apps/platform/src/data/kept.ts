import { and, eq, inArray, isNull, sql } from 'drizzle-orm';

import { tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import type { Context } from './context.ts';
import { dropFiles } from './drop.ts';
import type { OutputFile } from './outputs.ts';

export interface KeptItem {
  readonly id: string;
  readonly organisationId: string;
  readonly processId: string;
  readonly name: string;
  readonly file: OutputFile;
}

/** Keeps one file from run to run of a process, in place of the one before. */
export async function keep(
  context: Context,
  tx: Queries,
  { id, organisationId, processId, name, file }: KeptItem,
): Promise<void> {
  await tx
    .insert(tables.data)
    .values({ id, organisation_id: organisationId, process_id: processId, name })
    .onConflictDoNothing();
  await dropFiles(tx, eq(tables.dataFiles.data_id, id));
  const fileId = file.objectKey.split('/').at(-1)!;
  await tx.insert(tables.dataFiles).values({
    id: fileId,
    file_id: fileId,
    organisation_id: organisationId,
    data_id: id,
    file_type: file.fileType,
    file_name: file.name,
    title: file.title,
    description: file.description,
    object_key: file.objectKey,
    stored_size: file.size,
    size: file.size,
    sha256: file.sha256,
    publishable: true,
    number_of_ingesters: 0,
    ingesters: {},
    uploaded_at: sql`clock_timestamp()`,
    analysed_at: sql`clock_timestamp()`,
  });
  await context.events.publish(tx, { kind: 'data', id });
}

/** Removes what a process kept, in the caller's transaction; the bytes go after it. */
export async function removeKept(tx: Queries, processId: string): Promise<string[]> {
  const items = await tx
    .select({ id: tables.data.id })
    .from(tables.data)
    .where(
      and(
        eq(tables.data.process_id, processId),
        isNull(tables.data.execution_id),
        isNull(tables.data.uploaded_organisation_id),
      ),
    );
  if (items.length === 0) return [];
  const ids = items.map(({ id }) => id);
  const keys = await dropFiles(tx, inArray(tables.dataFiles.data_id, ids));
  await tx.delete(tables.data).where(inArray(tables.data.id, ids));
  return keys;
}
