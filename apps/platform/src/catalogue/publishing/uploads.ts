import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';

import { and, eq, lt, sql } from 'drizzle-orm';

import { CallError } from '@fusion-platform/contract';
import { packageLimits } from '@fusion-platform/contract/service-file';

import { rolesOf } from '../../accounts/index.ts';
import { tables } from '../../database/index.ts';
import type { Database, Queries } from '../../database/index.ts';
import type { Packages } from './packages.ts';

const { serviceUploads } = tables;

/** An organisation has so many archives under way at once. */
const mostUploads = 10;
const hash = (secret: string): string => createHash('sha256').update(secret).digest('hex');
const old = sql`clock_timestamp() - interval '24 hours'`;

/** Announces an archive. @returns the id of the upload, and the secret of the address that takes its bytes, for a day */
export async function announce(
  database: Database,
  packages: Packages,
  { organisationId, userId, size }: { organisationId: string; userId: string; size: number },
): Promise<{ readonly upload: string; readonly token: string }> {
  if (size > packageLimits.archiveBytes)
    throw new CallError(
      'too_large',
      `The archive has ${size} bytes: a platform takes up to ${packageLimits.archiveBytes}`,
    );
  await forgetOld(database.queries, packages);
  const [id, token] = [randomUUID(), randomBytes(32).toString('base64url')];
  await database.transaction(async (tx) => {
    // One after another, so that two at once do not both find room.
    await tx
      .select({ id: tables.organisations.id })
      .from(tables.organisations)
      .where(eq(tables.organisations.id, organisationId))
      .for('update');
    const under = await tx.$count(serviceUploads, eq(serviceUploads.organisation_id, organisationId));
    if (under >= mostUploads)
      throw new CallError(
        'too_many_requests',
        `${mostUploads} archives of this organisation are under way: publish or wait, they are forgotten after a day`,
      );
    await tx.insert(serviceUploads).values({
      id,
      organisation_id: organisationId,
      user_id: userId,
      token_hash: hash(token),
      announced_size: size,
    });
  });
  return { upload: id, token };
}

/** Takes the bytes of an announced archive; cut off, nothing is kept and they can be sent again. */
export async function receive(
  { queries }: Pick<Database, 'queries'>,
  { objects }: Packages,
  token: string,
  body: { readonly source: Readable; readonly length: number | undefined; readonly signal: AbortSignal },
): Promise<{ readonly sha256: string }> {
  const [upload] = await queries
    .select()
    .from(serviceUploads)
    .where(and(eq(serviceUploads.token_hash, hash(token)), sql`${serviceUploads.created_at} > ${old}`));
  if (!upload)
    throw new CallError('forbidden', 'This is no upload address of the platform, or it has expired');
  const roles = await rolesOf(queries, upload.organisation_id, upload.user_id);
  if (!roles?.includes('create_ssds'))
    throw new CallError('forbidden', 'Who asked for this address may not publish any more');
  if (body.length !== undefined && body.length !== upload.announced_size)
    throw new CallError(
      'bad_request',
      `${body.length} bytes are sent, and ${upload.announced_size} were announced`,
    );
  const key = `service-uploads/${upload.id}-${randomUUID()}`;
  const stored = await objects.put(key, body.source, {
    length: upload.announced_size,
    maximumBytes: upload.announced_size,
    signal: body.signal,
  });
  // Only one of those that were sent at once to the same address counts, and none that is published or forgotten meanwhile.
  const [held] = await queries
    .update(serviceUploads)
    .set({ object_key: key, sha256: stored.sha256 })
    .where(
      and(
        eq(serviceUploads.id, upload.id),
        sql`${serviceUploads.object_key} is not distinct from ${upload.object_key}`,
      ),
    )
    .returning({ id: serviceUploads.id });
  if (!held) {
    await objects.remove(key);
    throw new CallError('conflict', 'Another archive was sent to this address meanwhile: announce a new one');
  }
  if (upload.object_key !== null) await objects.remove(upload.object_key);
  return { sha256: stored.sha256 };
}

/** An archive of the organisation that has come. @throws CallError */
export async function findUpload(
  queries: Queries,
  organisationId: string,
  id: string,
): Promise<{ readonly id: string; readonly key: string; readonly sha256: string; readonly size: number }> {
  const [row] = await queries
    .select()
    .from(serviceUploads)
    .where(and(eq(serviceUploads.id, id), eq(serviceUploads.organisation_id, organisationId)));
  if (!row) throw new CallError('not_found', `There is no upload ${id} of a service in this organisation`);
  if (row.object_key === null || row.sha256 === null)
    throw new CallError('conflict', 'The archive has not come yet: send it to the address first');
  return { id, key: row.object_key, sha256: row.sha256, size: row.announced_size };
}

export async function forgetUpload(
  queries: Queries,
  { objects }: Packages,
  upload: { readonly id: string; readonly key: string },
): Promise<void> {
  await queries.delete(serviceUploads).where(eq(serviceUploads.id, upload.id));
  await objects.remove(upload.key);
}

async function forgetOld(queries: Queries, { objects }: Packages): Promise<void> {
  const gone = await queries
    .delete(serviceUploads)
    .where(lt(serviceUploads.created_at, old))
    .returning({ key: serviceUploads.object_key });
  for (const { key } of gone) if (key !== null) await objects.remove(key);
}
