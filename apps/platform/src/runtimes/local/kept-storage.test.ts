import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import {
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
  truncate,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { Header, list } from 'tar';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createFolderObjects } from '../../objects/index.ts';
import type { Objects } from '../../objects/index.ts';
import { stagingObjects } from '../../staging-objects.ts';
import { packStorage as pack, restoreStorage as restore } from './kept-storage.ts';

let folder: string;
let attempt: string;
let secrets: string;
let objects: Objects;
const warnings: object[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fusion-storage-'));
  attempt = await newAttempt('first');
  secrets = join(folder, 'secrets');
  await mkdir(secrets);
  await writeFile(join(secrets, 'key'), 'of the host');
  objects = await createFolderObjects(join(folder, 'objects'));
  warnings.length = 0;
});
afterEach(async () => await rm(folder, { recursive: true }));

async function newAttempt(name: string): Promise<string> {
  const path = join(folder, 'attempts', name, 'job');
  await mkdir(join(path, 'storage'), { recursive: true });
  return path;
}

let packed = 0;
async function packStorage(mostBytes = 1e9, store: Pick<Objects, 'toFile' | 'putFile'> = objects) {
  const objectKey = `storage/${(packed += 1)}`;
  const { file, passedOver } = await pack(attempt, stagingObjects(store), { objectKey, mostBytes });
  if (passedOver > 0) warnings.push({ passedOver });
  return file === null ? undefined : { name: file.name, objectKey, ...file.object };
}

const restoreStorage = async (objectKey: string, to: string): Promise<void> =>
  await restore(objectKey, to, stagingObjects(objects));

/** Packs what the attempt left and lays it out for another one. @returns the storage of that one */
async function nextRun(): Promise<string> {
  const kept = await packStorage();
  const next = await newAttempt('next');
  await restoreStorage(kept!.objectKey, next);
  return join(next, 'storage');
}

async function entriesOf(objectKey: string): Promise<string[]> {
  const entries: string[] = [];
  await list({
    file: objects.localPath(objectKey),
    onReadEntry: ({ path, type }) => entries.push(`${type} ${path}`),
  });
  return entries;
}

const storedObjects = async (): Promise<string[]> =>
  (await readdir(join(folder, 'objects'))).filter((name) => name !== '.unfinished');
const besideAttempts = async (): Promise<string[]> =>
  (await readdir(join(attempt, '..'))).filter((name) => name.startsWith('.'));

describe('what a service leaves in its storage', () => {
  test('is there in the next run, and nothing of it beside the attempts', async () => {
    const storage = join(attempt, 'storage');
    await mkdir(join(storage, 'models/empty'), { recursive: true });
    await writeFile(join(storage, 'models/one'), 'weights');
    await symlink('models/one', join(storage, 'latest'));
    await link(join(storage, 'models/one'), join(storage, 'same'));
    const next = await nextRun();
    expect(await readFile(join(next, 'latest'), 'utf8')).toBe('weights');
    expect(await readlink(join(next, 'latest'))).toBe('models/one');
    expect((await lstat(join(next, 'same'))).nlink).toBe(2);
    expect((await lstat(join(next, 'models/empty'))).isDirectory()).toBe(true);
    expect(await besideAttempts()).toEqual([]);
    expect(await readdir(attempt)).toEqual(['storage']);
    expect(warnings).toEqual([]);
  });

  test('makes the same archive whenever it is packed', async () => {
    for (const name of ['b', 'a', 'c']) {
      await mkdir(join(attempt, 'storage', name));
      await writeFile(join(attempt, 'storage', name, 'file'), name);
    }
    const [first, second] = [await packStorage(), await packStorage()];
    expect(first!.sha256).toBe(second!.sha256);
    expect(first!.objectKey).not.toBe(second!.objectKey);
  });

  test('is nothing where there is nothing, no folder, or a link to one', async () => {
    expect(await packStorage()).toBeUndefined();
    await rm(join(attempt, 'storage'), { recursive: true });
    expect(await packStorage()).toBeUndefined();
    await writeFile(join(attempt, 'storage'), 'a file');
    expect(await packStorage()).toBeUndefined();
    await rm(join(attempt, 'storage'));
    await symlink(secrets, join(attempt, 'storage'));
    expect(await packStorage()).toBeUndefined();
    expect(await storedObjects()).toEqual([]);
    expect(await besideAttempts()).toEqual([]);
  });

  test('is kept without what says that it is longer than may be stored', async () => {
    await writeFile(join(attempt, 'storage/state'), 'kept');
    await writeFile(join(attempt, 'storage/holes'), '');
    await truncate(join(attempt, 'storage/holes'), 5e12);
    const kept = await packStorage();
    expect(kept!.size).toBeLessThan(1000);
  });

  test('is packed where no link, pipe or output of the component stands in wait', async () => {
    await writeFile(join(attempt, 'storage/state'), 'kept');
    const waiting = join(attempt, 'storage.tar.gz');
    await symlink(join(secrets, 'key'), waiting);
    expect(await packStorage()).toMatchObject({ name: 'storage.tar.gz' });
    expect(await readFile(join(secrets, 'key'), 'utf8')).toBe('of the host');
    await rm(waiting);
    execFileSync('mkfifo', [waiting]);
    expect(await packStorage()).toMatchObject({ name: 'storage.tar.gz' });
    await rm(waiting);
    await writeFile(join(attempt, 'output'), 'an output');
    await link(join(attempt, 'output'), waiting);
    expect(await packStorage()).toMatchObject({ name: 'storage.tar.gz' });
    expect(await readFile(join(attempt, 'output'), 'utf8')).toBe('an output');
  });

  test('is kept without what leads out of it, pipes and sockets', async () => {
    const storage = join(attempt, 'storage');
    await writeFile(join(storage, 'state'), 'kept');
    await mkdir(join(storage, 'sub'));
    await symlink(secrets, join(storage, 'absolute'));
    await symlink('../../../../secrets', join(storage, 'relative'));
    await symlink('..\\..\\secrets', join(storage, 'windows'));
    await symlink('../state', join(storage, 'sub/inside'));
    await symlink('nowhere', join(storage, 'sub/dangling'));
    execFileSync('mkfifo', [join(storage, 'pipe')]);
    const server = createServer().listen(join(storage, 'socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      const kept = await packStorage();
      expect(await entriesOf(kept!.objectKey)).toEqual([
        'File ./state',
        'Directory ./sub/',
        'SymbolicLink ./sub/dangling',
        'SymbolicLink ./sub/inside',
      ]);
      expect(warnings).toEqual([{ passedOver: 5 }]);
      const next = await nextRun();
      expect(await readFile(join(next, 'sub/inside'), 'utf8')).toBe('kept');
    } finally {
      server.close();
    }
  });

  test('is kept without names that are no UTF-8, which may be mistaken for a link', async () => {
    const storage = join(attempt, 'storage');
    await writeFile(join(storage, 'state'), 'kept');
    await symlink(secrets, join(storage, '\u{fffd}'));
    const raw = Buffer.concat([Buffer.from(`${storage}/`), Buffer.from([0xff])]);
    await mkdir(raw);
    const kept = await packStorage();
    expect(await entriesOf(kept!.objectKey)).toEqual(['File ./state']);
  });

  test('is kept without what is too deep, or below a path that is too long', async () => {
    await writeFile(join(attempt, 'storage/state'), 'kept');
    for (const [name, depth] of [
      ['n', 2500],
      ['n'.repeat(250), 30],
    ] as const)
      execFileSync(
        process.execPath,
        [
          '-e',
          `for (let n = 0; n < ${depth}; n += 1) { fs.mkdirSync('${name}'); process.chdir('${name}'); }`,
        ],
        { cwd: join(attempt, 'storage') },
      );
    const next = await nextRun();
    expect(await readFile(join(next, 'state'), 'utf8')).toBe('kept');
    const folders = await readdir(next, { recursive: true });
    expect(folders.filter((path) => path.endsWith('/n'))).toHaveLength(99);
    expect(folders.filter((path) => path.endsWith('nnn')).length).toBeGreaterThan(10);
    expect(warnings).toEqual([{ passedOver: 2 }]);
    // Node cannot remove what it cannot name.
    execFileSync('rm', ['-rf', join(attempt, 'storage')]);
  });

  test('leaves nothing beside the attempt when it cannot be stored', async () => {
    await writeFile(join(attempt, 'storage/state'), 'kept');
    const putFile = async () => await Promise.reject(new Error('no room'));
    await expect(packStorage(1e9, { ...objects, putFile })).rejects.toThrow('no room');
    expect(await besideAttempts()).toEqual([]);
  });
});

describe('what a service kept', () => {
  /** As no platform packs it. */
  async function store(
    ...entries: {
      path: string;
      type: 'File' | 'SymbolicLink' | 'Link';
      linkpath?: string;
      content?: string;
    }[]
  ): Promise<string> {
    const blocks = entries.flatMap(({ content = '', ...entry }) => {
      const header = new Header({ ...entry, mode: 0o644, size: content.length, mtime: new Date(0) });
      header.encode();
      const padded = Buffer.alloc(Math.ceil(content.length / 512) * 512);
      padded.write(content);
      return [header.block!, padded];
    });
    await mkdir(join(folder, 'objects/storage'), { recursive: true });
    await writeFile(
      objects.localPath('storage/bad'),
      gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)])),
    );
    return 'storage/bad';
  }

  test('is not laid out behind a link', async () => {
    await writeFile(join(attempt, 'storage/state'), 'kept');
    const kept = await packStorage();
    const next = await newAttempt('next');
    await rm(join(next, 'storage'), { recursive: true });
    await expect(restoreStorage(kept!.objectKey, next)).rejects.toThrow('is no folder');
    await symlink(secrets, join(next, 'storage'));
    await expect(restoreStorage(kept!.objectKey, next)).rejects.toThrow('is no folder');
    expect(await readdir(secrets)).toEqual(['key']);
  });

  test('never comes to lie outside its folder', async () => {
    const restoreBad = async (...entries: Parameters<typeof store>) =>
      await restoreStorage(await store(...entries), attempt);
    const file = (path: string) => ({ path, type: 'File', content: 'written' }) as const;
    const leading = (path: string, linkpath: string) => ({ path, type: 'SymbolicLink', linkpath }) as const;
    await expect(restoreBad(leading('a', secrets), file('a/b'))).rejects.toThrow(/^TAR_/);
    await expect(restoreBad(leading('c', '../../../../secrets'), file('c/b'))).rejects.toThrow(/^TAR_/);
    // Each stays inside by its words; followed one after the other they do not.
    await expect(
      restoreBad(leading('p/q/up', '../..'), leading('out', 'p/q/up/../..'), file('out/b')),
    ).rejects.toThrow(/^TAR_/);
    await expect(restoreBad(file('../b'))).rejects.toThrow(/^TAR_/);
    await expect(restoreBad(file(join(secrets, 'b')))).rejects.toThrow(/^TAR_/);
    await expect(
      restoreBad({ path: 'hard', type: 'Link', linkpath: '../../../../secrets/key' }),
    ).rejects.toThrow(/^TAR_/);
    await expect(restoreBad({ path: 'hard', type: 'Link', linkpath: join(secrets, 'key') })).rejects.toThrow(
      /^TAR_/,
    );
    expect(await readdir(secrets)).toEqual(['key']);
    expect((await lstat(join(secrets, 'key'))).nlink).toBe(1);
    expect((await readdir(folder)).toSorted()).toEqual(['attempts', 'objects', 'secrets']);
    expect((await readdir(attempt)).toSorted()).toEqual(['storage']);
  });

  test('is not written through a link that stands in its way', async () => {
    await writeFile(join(attempt, 'storage/state'), 'kept');
    const kept = await packStorage();
    const next = await newAttempt('next');
    await symlink(join(secrets, 'key'), join(next, 'storage/state'));
    await restoreStorage(kept!.objectKey, next);
    expect(await readFile(join(secrets, 'key'), 'utf8')).toBe('of the host');
    expect(await readFile(join(next, 'storage/state'), 'utf8')).toBe('kept');
  });
});
