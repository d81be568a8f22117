import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { describeObjects } from '../testing/conformance.ts';
import type { Objects } from '../objects.ts';
import { createFolderObjects } from './folder.ts';

let folder: string;
let objects: Objects;
const unfinished = async () => await readdir(join(folder, 'objects', '.unfinished'));
const open = async () => {
  folder = await mkdtemp(join(tmpdir(), 'fusion-objects-'));
  objects = await createFolderObjects(join(folder, 'objects'));
  return {
    objects,
    leftovers: unfinished,
    reopen: async () => await createFolderObjects(join(folder, 'objects')),
    sweepAll: async () => {
      const dayAgo = new Date(Date.now() - 25 * 60 * 60 * 1000);
      for (const name of await unfinished())
        await utimes(join(folder, 'objects', '.unfinished', name), dayAgo, dayAgo);
      await objects.sweep();
    },
  };
};
afterEach(async () => await rm(folder, { recursive: true }));

describeObjects('a folder', { open, large: 3_000_000 });

describe('a folder of objects', () => {
  beforeEach(async () => void (await open()));
  const bytes = Buffer.from('bytes of a file');

  test('takes a file that nobody can write to any more without a copy, for itself alone', async () => {
    const path = join(folder, 'output.tif');
    await writeFile(path, bytes, { mode: 0o644 });
    await objects.putFile('outputs/b/1', path, { final: true });
    const [from, to] = [await stat(path), await stat(objects.localPath('outputs/b/1'))];
    expect(to.ino).toBe(from.ino);
    expect(to.mode & 0o777).toBe(0o600);
  });

  test('shares its own file with those who only read it, and nothing with others', async () => {
    await objects.put('uploads/a', Readable.from([bytes]));
    const { ino } = await stat(objects.localPath('uploads/a'));
    await objects.toFile('uploads/a', join(folder, 'shared'), { shared: true });
    await objects.toFile('uploads/a', join(folder, 'own'));
    expect((await stat(join(folder, 'shared'))).ino).toBe(ino);
    expect((await stat(join(folder, 'own'))).ino).not.toBe(ino);
  });

  test('sweeps what was left unfinished for a day, also while others probe it', async () => {
    const [old, young] = ['old', 'young'].map((name) => join(folder, 'objects', '.unfinished', name));
    await writeFile(old!, bytes);
    await writeFile(young!, bytes);
    const dayAgo = new Date(Date.now() - 25 * 60 * 60 * 1000);
    await utimes(old!, dayAgo, dayAgo);
    const probes = Array.from({ length: 50 }, async () => await objects.check());
    await Promise.all([...probes, ...Array.from({ length: 20 }, async () => await objects.sweep())]);
    expect(await unfinished()).toEqual(['young']);
  });
});
