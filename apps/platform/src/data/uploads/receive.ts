import { createHash, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';

import { CallError } from '@fusion-platform/contract';

import { readAddress } from '../addresses.ts';
import type { FileRow } from '../claim.ts';
import type { Context } from '../context.ts';
import { findFile, refuseWhoMayNot, uploaders } from '../files.ts';
import { record } from './record.ts';

/** The file of an address that takes its bytes. */
export async function announcedFile({ database, key }: Context, token: string): Promise<FileRow> {
  const { id, by } = await readAddress(key, token, 'upload');
  const file = await findFile(database.queries, id);
  await refuseWhoMayNot(database.queries, file.organisation_id, { by, roles: uploaders });
  return file;
}

/** @throws CallError `too_large` */
export function refuseLarge({ settings }: Context, bytes: number): void {
  if (bytes <= settings.maximumUploadBytes) return;
  throw new CallError(
    'too_large',
    `The file is larger than the ${settings.maximumUploadBytes} bytes that this platform takes`,
  );
}

/** Where the bytes of a file go. Never twice the same, so that no two attempts meet. */
export const newKey = ({ id }: FileRow): string => `uploads/${id}/${randomUUID()}`;

/**
 * Takes the bytes of an announced file, and says what their SHA-256 is. Cut off, nothing is kept and the same address can be tried again; sent again
 * once it has come, it is taken for the same and changes nothing.
 */
export async function receiveUpload(
  context: Context,
  token: string,
  body: { readonly source: Readable; readonly length: number | undefined; readonly signal: AbortSignal },
): Promise<{ readonly sha256: string }> {
  const file = await announcedFile(context, token);
  if (body.length !== undefined) refuseLarge(context, body.length);
  if (file.uploaded_at) return await confirmSame(file, body.source);
  const key = newKey(file);
  const stored = await context.objects.put(key, body.source, {
    maximumBytes: context.settings.maximumUploadBytes,
    signal: body.signal,
    release: true,
    ...(body.length === undefined ? {} : { length: body.length }),
  });
  await record(context, file, { key, stored });
  return { sha256: stored.sha256 };
}

async function confirmSame(file: FileRow, source: Readable): Promise<{ readonly sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  // Whoever gave the stream reads it to its end when this does not.
  for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > (file.stored_size ?? 0)) break;
    hash.update(chunk);
  }
  const sha256 = hash.digest('hex');
  if (size === file.stored_size && sha256 === file.sha256) return { sha256 };
  throw new CallError(
    'conflict',
    `"${file.file_name}" has come already, with other bytes: add another file for these`,
  );
}
