import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { writeDocument, writeDocumentSync, writeFirstDocument } from './write-document.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fusion-documents-'));
});
afterAll(async () => await rm(folder, { recursive: true }));

const writers = Array.from({ length: 50 }, (_, writer) => writer);
const writerIn = async (path: string): Promise<number> =>
  (JSON.parse(await readFile(path, 'utf8')) as { writer: number }).writer;

test('of many writers of one document none fails, and one of them is whole', async () => {
  const path = join(folder, 'state.json');
  await Promise.all(writers.map(async (writer) => await writeDocument(path, { writer })));
  expect(writers).toContain(await writerIn(path));
  writeDocumentSync(path, { writer: 99 });
  expect(await writerIn(path)).toBe(99);
  await writeDocument(path, { writer: 100 });
  expect(await writerIn(path)).toBe(100);
});

test('what was written first stays, and exactly one writer is told that it was the first', async () => {
  const path = join(folder, 'end.json');
  const first = await Promise.all(writers.map(async (writer) => await writeFirstDocument(path, { writer })));
  expect(first.filter(Boolean)).toHaveLength(1);
  expect(await writerIn(path)).toBe(first.indexOf(true));
  expect(await writeFirstDocument(path, { writer: 99 })).toBe(false);
  expect(await writerIn(path)).toBe(first.indexOf(true));
});

test('a write that fails leaves nothing behind', async () => {
  const taken = join(folder, 'taken');
  await mkdir(taken);
  const before = await readdir(folder);
  await expect(writeDocument(taken, {})).rejects.toThrow('EISDIR');
  expect(() => writeDocumentSync(taken, {})).toThrow('EISDIR');
  expect(await writeFirstDocument(taken, {})).toBe(false);
  expect(await readdir(folder)).toEqual(before);
});
