import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createFolderObjects } from './index.ts';
import type { Objects } from './index.ts';

let folder: string;
let objects: Objects;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fusion-objects-'));
  objects = await createFolderObjects(join(folder, 'objects'));
});
afterEach(async () => await rm(folder, { recursive: true }));

const bytes = Buffer.from('bytes of a file');
const unfinished = async () => await readdir(join(folder, 'objects', '.unfinished'));

describe('objects in a folder', () => {
  test('come back as they were put, whole or by range, with length and checksum', async () => {
    const stored = await objects.put('uploads/a', Readable.from([bytes]), { length: bytes.length });
    expect(stored).toEqual({ size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
    expect(await buffer(await objects.read('uploads/a'))).toEqual(bytes);
    expect((await buffer(await objects.read('uploads/a', { start: 6, end: 7 }))).toString()).toBe('of');
    expect(await readFile(objects.localPath('uploads/a'))).toEqual(bytes);
  });

  test('are not there when the stream breaks, ends early or is too long', async () => {
    async function* broken() {
      yield bytes;
      throw new Error('cut off');
    }
    await expect(objects.put('uploads/a', Readable.from(broken()))).rejects.toThrow('cut off');
    await expect(objects.put('uploads/a', Readable.from([bytes]), { length: 99 })).rejects.toThrow(
      /15 bytes came where 99/,
    );
    await expect(objects.put('uploads/a', Readable.from([bytes]), { maximumBytes: 3 })).rejects.toMatchObject(
      { code: 'too_large' },
    );
    expect(await objects.has('uploads/a')).toBe(false);
    expect(await unfinished()).toEqual([]);
  });

  test('are adopted from a file as often as asked, never through a link', async () => {
    const path = join(folder, 'output.tif');
    await writeFile(path, bytes);
    await objects.adopt('outputs/a/1', path);
    await objects.adopt('outputs/a/1', path);
    expect(await buffer(await objects.read('outputs/a/1'))).toEqual(bytes);
    const outside = join(folder, 'link.tif');
    await symlink('/etc/hostname', outside);
    await expect(objects.adopt('outputs/a/2', outside)).rejects.toThrow('ELOOP');
    expect(await objects.has('outputs/a/2')).toBe(false);
    expect(await unfinished()).toEqual([]);
  });

  test('are adopted without a copy from a file that nobody can write to any more', async () => {
    const path = join(folder, 'output.tif');
    await writeFile(path, bytes, { mode: 0o644 });
    for (let time = 0; time < 2; time += 1) {
      const { size, sha256, durable } = await objects.adopt('outputs/b/1', path, { final: true });
      await durable;
      expect(size).toBe(bytes.length);
      expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    }
    const [from, to] = [await stat(path), await stat(objects.localPath('outputs/b/1'))];
    expect(to.ino).toBe(from.ino);
    expect(to.mode & 0o777).toBe(0o600);
    await rm(path);
    expect(await buffer(await objects.read('outputs/b/1'))).toEqual(bytes);
    const outside = join(folder, 'link-again.tif');
    await symlink('/etc/hostname', outside);
    await expect(objects.adopt('outputs/b/2', outside, { final: true })).rejects.toThrow('ELOOP');
    await expect(objects.adopt('outputs/b/2', folder, { final: true })).rejects.toThrow('is no file');
    expect(await objects.has('outputs/b/2')).toBe(false);
  });

  test('are copied so that either outlives the other', async () => {
    await objects.put('uploads/a', Readable.from([bytes]));
    await objects.copy('uploads/a', 'uploads/b');
    await objects.copy('uploads/a', 'uploads/b');
    await objects.remove('uploads/a');
    await objects.remove('uploads/a');
    expect(await objects.has('uploads/a')).toBe(false);
    expect(await buffer(await objects.read('uploads/b'))).toEqual(bytes);
  });

  test.each([
    '../secret',
    'uploads/../../secret',
    '/etc/passwd',
    'uploads//a',
    'a',
    'uploads/.hidden',
    'uploads/a\0b',
  ])('are not reached by the key %j', async (key) => {
    await expect(objects.put(key, Readable.from([bytes]))).rejects.toThrow(RangeError);
    await expect(objects.read(key)).rejects.toThrow(RangeError);
  });
});
