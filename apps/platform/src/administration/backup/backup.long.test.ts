import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';

import fc from 'fast-check';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { keepBackup } from '../keep-backup.ts';
import { readBackup } from './read-backup.ts';
import { takeSnapshot } from './snapshot.ts';
import { writeBackup } from './write-backup.ts';

const content: Readonly<Record<string, string>> = {
  'database/PG_VERSION': '17\n',
  'database/base/1/1255': 'p'.repeat(20_000),
  'database/base/1/empty': '',
  'objects/uploads/a': 'bytes of a file',
  [`objects/outputs/${'b'.repeat(120)}/1`]: 'q'.repeat(3000),
};
const { signal } = new AbortController();
const moved = (): void => undefined;

let folder: string;
let file: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fusion-backup-'));
  for (const [path, text] of Object.entries(content)) {
    await mkdir(dirname(join(folder, 'data', path)), { recursive: true });
    await writeFile(join(folder, 'data', path), text);
  }
  await mkdir(join(folder, 'data/database/pg_notify'));
  file = join(folder, 'whole.tar');
  const writing = await writeBackup({ folder: join(folder, 'data') }, { FUSION_SLOTS: '3' });
  await keepBackup({ bytes: writing.bytes, size: writing.info.bytes }, file, { signal, moved });
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));
beforeEach(() => void (count += 1));

const target = (): string => join(folder, `restored-${count}`);
const restore = async (archive: string, to = target()) =>
  await readBackup({ file: archive, folder: to, signal, moved });

/** Every file of a restored folder with what is in it, and every folder that is empty. */
async function treeOf(root: string): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(root.length + 1);
    if (entry.isFile()) tree[name] = await readFile(path, 'utf8');
    else if ((await readdir(path)).length === 0) tree[`${name}/`] = '';
  }
  return tree;
}

const whole = { ...content, 'database/pg_notify/': '', 'settings.json': '{\n  "FUSION_SLOTS": "3"\n}\n' };
/** What a restore that is refused must not leave behind. */
const left = async (): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.startsWith(`restored-${count}`));

test('what is restored is what was there, empty folders included, for its owner alone', async () => {
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const info = await restore(file);
  expect(info).toMatchObject({ files: 5, bytes: Object.values(content).join('').length });
  expect(await treeOf(target())).toEqual(whole);
  expect((await stat(target())).mode & 0o777).toBe(0o700);
  expect((await stat(join(target(), 'objects/uploads/a'))).mode & 0o777).toBe(0o600);
});

test('a folder that is not empty is left as it is; one that is empty is used', async () => {
  await mkdir(target());
  await writeFile(join(target(), 'mine'), 'mine');
  await expect(restore(file)).rejects.toThrow(/is not empty/);
  expect(await treeOf(target())).toEqual({ mine: 'mine' });
  await rm(join(target(), 'mine'));
  await restore(file);
  expect(await treeOf(target())).toEqual(whole);
});

test('an archive that is cut off anywhere is refused, and nothing is left', async () => {
  const { size } = await stat(file);
  const cut = join(folder, 'cut.tar');
  // The last 1,024 bytes only mark the end of a tar.
  for (let at = 0; at < size - 1536; at += Math.ceil(size / 40)) {
    await writeFile(cut, await readFile(file));
    await truncate(cut, at);
    await expect(restore(cut), `cut at ${at}`).rejects.toMatchObject({ name: 'AdministrationError' });
  }
  expect(await left()).toEqual([]);
});

test('a byte that is not as it was is found, or is of no consequence', async () => {
  const bytes = await readFile(file);
  const changed = join(folder, 'changed.tar');
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
      const copy = Buffer.from(bytes);
      copy[at] = copy[at]! ^ by;
      await writeFile(changed, copy);
      const restored = await restore(changed).then(
        () => true,
        (error: Error) => {
          expect(error.name).toBe('AdministrationError');
          return false;
        },
      );
      outcomes.add(String(restored));
      expect(restored ? await treeOf(target()) : await left()).toEqual(restored ? whole : []);
      await rm(target(), { recursive: true, force: true });
    }),
    { numRuns: 150 },
  );
  // Most bytes are content; some fill blocks up.
  expect(outcomes).toContain('false');
});

/** An archive as anybody can make it, with checksums that fit. */
async function forge(
  members: readonly { name: string; text?: string; type?: 'symlink' | 'file' }[],
): Promise<string> {
  const archive = pack();
  const sums: string[] = [];
  for (const { name, text = '', type = 'file' } of members) {
    archive.entry({ name, type, ...(type === 'symlink' && { linkname: '/etc/passwd' }) }, text);
    sums.push(`${createHash('sha256').update(text).digest('hex')}  ${name}\n`);
  }
  archive.entry({ name: 'SHA256SUMS' }, sums.join(''));
  archive.finalize();
  const path = join(folder, 'forged.tar');
  await writeFile(path, await buffer(archive));
  return path;
}

const info = (changes: object = {}) => ({
  name: 'backup.json',
  text: JSON.stringify({
    kind: 'fusion-platform backup',
    format: 1,
    platform: '0.1.0',
    created_at: '2026-01-01T00:00:00.000Z',
    migrations: [],
    files: 0,
    bytes: 0,
    ...changes,
  }),
});

test.each([
  ['with tables that are not known yet', [info({ migrations: ['9999_from_the_future'], platform: '9.0.0' })]],
  ['in a newer form', [info({ format: 2, platform: '9.0.0' })]],
])('an archive of a newer platform, %s, is refused', async (_, members) => {
  await expect(restore(await forge(members))).rejects.toThrow(/made by a newer platform \(9\.0\.0;/);
  expect(await left()).toEqual([]);
});

test('what is read whole is bounded: a description and checksums that go on and on are refused', async () => {
  const long = ' '.repeat(2 * 1024 * 1024);
  const described = { ...info(), text: info().text + long };
  await expect(restore(await forge([described]))).rejects.toThrow(/backup\.json is longer than it can be/);
  const settings = { name: 'settings.json', text: long };
  await expect(restore(await forge([info(), settings]))).rejects.toThrow(/settings\.json is longer/);
  const sums = { name: 'SHA256SUMS', text: 'x'.repeat(1000) };
  await expect(restore(await forge([info(), sums]))).rejects.toThrow(/SHA256SUMS is longer than it can be/);
  expect(await left()).toEqual([]);
});

test.each([
  ['a path that leads out', [info(), { name: 'database/../../out' }]],
  ['an absolute path', [info(), { name: '/objects/a' }]],
  ['a link', [info(), { name: 'objects/a', type: 'symlink' as const }]],
  ['a place that no backup has', [info(), { name: 'attempts/host' }]],
  ['no description', [{ name: 'objects/a' }]],
  ['a file twice', [info(), { name: 'objects/a', text: '1' }, { name: 'objects/a', text: '2' }]],
])('an archive with %s is refused', async (_, members) => {
  await expect(restore(await forge(members))).rejects.toMatchObject({ name: 'AdministrationError' });
  expect(await left()).toEqual([]);
  expect(await readdir(folder)).not.toContain('out');
});

test('what is no archive at all is said to be none', async () => {
  const text = join(folder, 'text');
  await writeFile(text, 'hello '.repeat(1000));
  await expect(restore(text)).rejects.toThrow(/is no backup/);
});

test('a backup never takes the place of another file', async () => {
  const { bytes } = await writeBackup({ folder: join(folder, 'data') }, {});
  const before = await readFile(file);
  await expect(keepBackup({ bytes, size: 1 }, file, { signal, moved })).rejects.toThrow(/is there already/);
  expect(await readFile(file)).toEqual(before);
  expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('of objects, those are laid aside that are there at the moment of the database', async () => {
  const data = join(folder, 'live');
  const objects = join(data, 'objects');
  await mkdir(join(objects, '.unfinished'), { recursive: true });
  await writeFile(join(objects, '.unfinished', 'half'), 'half');
  await writeFile(join(objects, 'early'), 'early');
  const snapshot = await takeSnapshot({
    folder: data,
    objects,
    database: {
      copyFiles: async (to, meanwhile) => {
        await mkdir(to);
        await writeFile(join(objects, 'late'), 'late');
        await meanwhile();
      },
    },
  });
  // Whoever deletes them now does not take them out of the backup.
  for (const name of ['early', 'late']) await rm(join(objects, name));
  expect(await treeOf(join(snapshot.folder, 'objects'))).toEqual({ early: 'early', late: 'late' });
  await snapshot.remove();
  expect(await readdir(data)).toEqual(['objects']);
});
