import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { readRecords } from './record-file.ts';

interface Line {
  readonly n: number;
  readonly message: string;
}

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fusion-records-'));
  path = join(folder, 'log');
});
afterEach(() => rmSync(folder, { recursive: true }));

const lines = (count: number, length: number): string =>
  Array.from({ length: count }, (_, n) => `${JSON.stringify({ n, message: 'x'.repeat(length) })}\n`).join('');

/** Reads batch by batch while there is said to be more. */
function readAll(limit: number): {
  readonly records: Line[];
  readonly batches: number;
  readonly end: number;
} {
  const records: Line[] = [];
  for (let batches = 1, end = 0; ; batches += 1) {
    const batch = readRecords<Line>(path, end, limit);
    records.push(...batch.records);
    end = batch.nextOffset;
    if (!batch.more) return { records, batches, end };
  }
}

const inOrder = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

describe('a file of records', () => {
  test('is read up to the limit, and says that there may be more', () => {
    writeFileSync(path, lines(5, 10));
    const first = readRecords<Line>(path, 0, 3);
    expect(first).toMatchObject({ records: [{ n: 0 }, { n: 1 }, { n: 2 }], more: true });
    const second = readRecords<Line>(path, first.nextOffset, 3);
    expect(second.records.map(({ n }) => n)).toEqual([3, 4]);
    expect(second).not.toHaveProperty('more');
    expect(readRecords(path, second.nextOffset, 3)).toEqual({
      records: [],
      nextOffset: statSync(path).size,
    });
  });

  test('is read a bounded number of bytes at a time where records are long, each once', () => {
    writeFileSync(path, lines(100, 65_536));
    const first = readRecords<Line>(path, 0, 5000);
    expect(first.records.length).toBeGreaterThan(1);
    expect(first.nextOffset).toBeLessThan(2_300_000);
    expect(first.more).toBe(true);
    const all = readAll(5000);
    expect(all.records.map(({ n }) => n)).toEqual(inOrder(100));
    expect(all.batches).toBeGreaterThan(2);
    expect(all.end).toBe(statSync(path).size);
  });

  test('gives a record however long it is', () => {
    writeFileSync(path, lines(3, 3_000_000));
    const first = readRecords<Line>(path, 0, 5000);
    expect(first.records).toHaveLength(1);
    expect(first.more).toBe(true);
    expect(readAll(5000).records.map(({ n }) => n)).toEqual(inOrder(3));
  });

  test('gives what comes after lines without sense, however many bytes they are', () => {
    writeFileSync(path, `${'y'.repeat(65_536)}\n`.repeat(50));
    appendFileSync(path, lines(1, 10));
    expect(readRecords<Line>(path, 0, 5000).records.map(({ n }) => n)).toEqual([0]);
  });

  test('leaves a line that is not complete for the next time', () => {
    writeFileSync(path, `${lines(2, 10)}{"n":2,`);
    const first = readRecords<Line>(path, 0, 10);
    expect(first.records).toHaveLength(2);
    appendFileSync(path, '"message":""}\n');
    expect(readRecords<Line>(path, first.nextOffset, 10).records).toEqual([{ n: 2, message: '' }]);
  });

  test('has no records where it is not there', () => {
    expect(readRecords(path, 7, 10)).toEqual({ records: [], nextOffset: 7 });
  });
});
