import type { Readable } from 'node:stream';

import { and, eq, isNull } from 'drizzle-orm';

import { CallError } from '@fusion-platform/contract';

import { available } from '../../accounts/index.ts';
import { tables } from '../../database/index.ts';
import { OffsetError } from '../../objects/index.ts';
import type { StoredObject } from '../../objects/index.ts';
import type { FileRow } from '../claim.ts';
import type { Context } from '../context.ts';
import { priceOf, record } from './record.ts';
import { announcedFile, newKey, refuseLarge } from './receive.ts';

/** How far an upload in several goes is. */
export interface Received {
  /** Bytes that are kept. */
  readonly offset: number;
  /** Bytes of the whole file, once somebody has said so. */
  readonly length: number | undefined;
  /** In hexadecimal, once the file is there. */
  readonly sha256?: string;
}

/** What comes next of a file. */
export interface NextBytes {
  readonly source: Readable;
  readonly offset: number;
  /** Bytes of the whole file: said with the first ones, and the same ever after. */
  readonly length: number | undefined;
  /** How many come now, where that was said. */
  readonly size: number | undefined;
  readonly signal: AbortSignal;
  /** Breaks off the source, as somebody else sends now. */
  readonly end: () => void;
}

/** How much of a file has come. Whoever still sends is ended, so that this does not change until bytes are sent again. */
export async function uploadState(context: Context, token: string): Promise<Received> {
  const { id } = await announcedFile(context, token);
  await context.senders.end(id);
  return await stateOf(context, await announcedFile(context, token));
}

async function stateOf({ objects }: Context, file: FileRow): Promise<Received> {
  if (file.uploaded_at) return ended(file);
  const { upload_key: key, upload_length: length } = file;
  return { offset: key === null ? 0 : await objects.received(key), length: length ?? undefined };
}

function ended({ stored_size, sha256 }: FileRow): Received {
  const size = stored_size ?? 0;
  return { offset: size, length: size, ...(sha256 === null ? {} : { sha256 }) };
}

/**
 * Takes the next bytes of an announced file. Cut off, what came is kept, over a restart too. The last ones make the file
 * complete, as if it had come in one go; with none at all the answer to them is given again.
 * @throws OffsetError when other bytes come next
 */
export async function continueUpload(context: Context, token: string, next: NextBytes): Promise<Received> {
  const { id } = await announcedFile(context, token);
  return await context.senders.add(id, next.end, async () => {
    const file = await announcedFile(context, token);
    if (file.uploaded_at) return again(file, next);
    const length = lengthOf(context, file, next);
    const key = await begin(context, file, { length, offset: next.offset });
    const { source, offset, signal } = next;
    const fresh = key !== file.upload_key;
    let stored: StoredObject | undefined;
    try {
      stored = await context.objects.append(key, source, { offset, length, fresh, signal, release: true });
    } finally {
      // Nobody else knows of what came for a file that was deleted meanwhile.
      if (!stored && !(await isWanted(context, id))) await context.objects.abandon(key);
    }
    if (!stored) return { offset: await context.objects.received(key), length };
    await record(context, file, { key, stored });
    return { offset: length, length, sha256: stored.sha256 };
  });
}

function again(file: FileRow, { offset, size }: NextBytes): Received {
  const had = ended(file);
  if (offset === had.offset && (size ?? 0) === 0) return had;
  throw new OffsetError(`"${file.file_name}"`, had.offset);
}

/** The bytes of the whole file. @throws CallError when they are not known, changed or too many */
function lengthOf(context: Context, file: FileRow, { length, offset, size = 0 }: NextBytes): number {
  const whole = file.upload_length ?? length;
  if (whole === undefined)
    throw new CallError('bad_request', 'Upload-Length: say how many bytes the whole file has');
  if (length !== undefined && length !== whole)
    throw new CallError('conflict', `The file was announced with ${whole} bytes, and not with ${length}`);
  refuseLarge(context, whole);
  if (offset + size > whole)
    throw new CallError('too_large', `More bytes come than the ${whole} that were announced`);
  return whole;
}

/** Says where the bytes go, and how many there are to be; what can be refused is refused before they come. */
async function begin(
  context: Context,
  file: FileRow,
  { length, offset }: { readonly length: number; readonly offset: number },
): Promise<string> {
  if (file.upload_key !== null) return file.upload_key;
  if (offset !== 0) throw new OffsetError(`"${file.file_name}"`, 0);
  const { queries } = context.database;
  const left = await available(queries, file.organisation_id, { kind: 'upload' });
  if (left.lessThan(priceOf(context, length)))
    throw new CallError(
      'insufficient_credits',
      `Insufficient credits: to keep these ${length} bytes costs ${priceOf(context, length).toFixed()}, and ${left.toFixed()} are left`,
    );
  const { dataFiles } = tables;
  const key = newKey(file);
  const taken = await queries
    .update(dataFiles)
    .set({ upload_key: key, upload_length: length })
    .where(and(eq(dataFiles.id, file.id), isNull(dataFiles.upload_key), isNull(dataFiles.uploaded_at)))
    .returning({ id: dataFiles.id });
  if (taken.length === 0)
    throw new CallError('conflict', 'The file came by another upload, or was deleted, meanwhile');
  return key;
}

async function isWanted({ database: { queries } }: Context, id: string): Promise<boolean> {
  const { dataFiles } = tables;
  const found = await queries.select({ id: dataFiles.id }).from(dataFiles).where(eq(dataFiles.id, id));
  return found.length > 0;
}
