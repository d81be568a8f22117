import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { AttemptStatus } from './local/attempts.ts';

const MAX_BYTES = 65_536;
const MAX_COMMENT_CHARACTERS = 1_000;

/**
 * Reads status.json of an attempt's folder. The component writes it, so anything may be there: a link to another file,
 * a pipe nobody writes to, gigabytes, wrong types. Such things are passed over.
 */
export function readStatusFile(folder: string): AttemptStatus | null {
  let text: string;
  try {
    // Without O_NONBLOCK a pipe would hold the call up; without O_NOFOLLOW a link would show another file.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const file = openSync(join(folder, 'status.json'), flags);
    try {
      const found = fstatSync(file);
      if (!found.isFile() || found.size > MAX_BYTES) return null;
      const buffer = Buffer.alloc(found.size);
      text = buffer.toString('utf8', 0, readSync(file, buffer, 0, found.size, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
  return parseStatus(text);
}

/** Takes what makes sense of a status document and leaves the rest; null when it is no JSON object. */
export function parseStatus(text: string): AttemptStatus | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(value)) return null;
  const transfer = isObject(value['transfer']) ? value['transfer'] : {};
  const progress = value['progress'];
  const comment = value['comment'];
  return {
    progress:
      typeof progress === 'number' && Number.isFinite(progress) ? Math.min(100, Math.max(0, progress)) : null,
    comment:
      typeof comment === 'string'
        ? comment.replaceAll('\0', '').slice(0, MAX_COMMENT_CHARACTERS).toWellFormed()
        : null,
    transfer: {
      s3: bytes(transfer['s3']),
      gcs: bytes(transfer['gcs']),
      external: bytes(transfer['external']),
      internal: bytes(transfer['internal']),
    },
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bytes(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
    ? Math.min(Math.floor(value), Number.MAX_SAFE_INTEGER)
    : 0;
}
