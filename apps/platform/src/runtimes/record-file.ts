import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Batch } from './local/attempts.ts';

/** So many records of an attempt are given at once, unless others are asked for. */
export const recordLimit = 500;

const BLOCK_BYTES = 262_144;
/** A component can log 64 kB a record: so much is read in one go and stored in one transaction, and no more. */
const BATCH_BYTES = 2_097_152;
const LINE_FEED = 0x0a;

/**
 * Reads records, one JSON document a line, from a byte offset on. A line that is not complete yet is left for the next
 * call. A file that is not there has no records. Mostly there are a few lines, which are read in a fraction of the time
 * that it takes to ask for them without waiting. The bounds are on records and on bytes, but one record is always read.
 */
export function readRecords<T>(path: string, fromOffset: number, limit: number): Batch<T> {
  const records: T[] = [];
  let nextOffset = fromOffset;
  const isFull = (offset: number): boolean =>
    records.length >= limit || (records.length > 0 && offset - fromOffset >= BATCH_BYTES);
  let file;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { records, nextOffset };
    throw error;
  }
  try {
    // Mostly there are a few lines: a whole block for them is more to throw away than all else of a read.
    const { size: length } = fstatSync(file);
    let size = Math.min(BLOCK_BYTES, Math.max(0, length - fromOffset) + 1);
    while (!isFull(nextOffset)) {
      const block = Buffer.allocUnsafe(size);
      const bytesRead = readSync(file, block, 0, size, nextOffset);
      let start = 0;
      while (!isFull(nextOffset + start)) {
        const end = block.subarray(0, bytesRead).indexOf(LINE_FEED, start);
        if (end === -1) break;
        const record = parse(block.toString('utf8', start, end));
        if (record !== undefined) records.push(record as T);
        start = end + 1;
      }
      nextOffset += start;
      if (bytesRead < size) break;
      // One line fills the whole block: take a larger one.
      if (start === 0) size *= 2;
    }
  } finally {
    closeSync(file);
  }
  return isFull(nextOffset) ? { records, nextOffset, more: true } : { records, nextOffset };
}

/** A line that a full disk cut short is passed over. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
