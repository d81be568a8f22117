import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync, readdirSync, readlinkSync } from 'node:fs';
import { access, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, gzipSync } from 'node:zlib';

import { packageLimits } from '@fusion-platform/contract/service-file';
import { Header } from 'tar';
import { beforeEach, describe, expect, test } from 'vitest';

import { archiveOf } from './testing/archive.ts';
import type { Member } from './testing/archive.ts';
import { PackageError, unpack } from './unpack.ts';

let base: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'fusion-unpack-'));
  return async () => await rm(base, { recursive: true });
});

async function unpacked(archive: Buffer): Promise<ReadonlySet<string>> {
  await writeFile(join(base, 'archive'), archive);
  return await unpack(join(base, 'archive'), join(base, 'out'));
}

const refused = async (archive: Buffer | readonly Member[]): Promise<string> =>
  await unpacked(Buffer.isBuffer(archive) ? archive : archiveOf(archive)).then(
    () => 'taken',
    (error: unknown) => {
      if (error instanceof PackageError) return error.message;
      throw error;
    },
  );

test('an archive of plain files and folders is unpacked, with what may be executed', async () => {
  const files = await unpacked(
    archiveOf([
      { path: './', type: 'Directory' },
      { path: './service.yaml', content: 'name: A' },
      { path: 'src/', type: 'Directory' },
      { path: 'src/run.sh', content: '#!/bin/sh', mode: 0o4755 },
      { path: 'empty' },
    ]),
  );
  expect([...files].toSorted()).toEqual(['empty', 'service.yaml', 'src/run.sh']);
  expect(await readFile(join(base, 'out', 'service.yaml'), 'utf8')).toBe('name: A');
  // No bit that would make anybody somebody else.
  expect((await stat(join(base, 'out', 'src', 'run.sh'))).mode & 0o7111).toBe(0o111);
});

test('a larger one comes out byte for byte, whatever its size is to that of a block', async () => {
  const contents = [0, 1, 511, 512, 513, 100_000, 3_000_000].map((size) => randomBytes(size));
  const many = Array.from({ length: 500 }, (_, index) => ({
    path: `many/${index}`,
    content: `file ${index}`,
  }));
  await unpacked(archiveOf([...contents.map((content, index) => ({ path: `f${index}`, content })), ...many]));
  for (const [index, content] of contents.entries())
    expect((await readFile(join(base, 'out', `f${index}`))).equals(content)).toBe(true);
  for (const { path, content } of many) expect(await readFile(join(base, 'out', path), 'utf8')).toBe(content);
});

describe('an archive is refused that', () => {
  test.each<[string, Member, RegExp]>([
    ['climbs out', { path: '../evil', content: 'x' }, /"\.\.\/evil": it leads out of the folder/],
    ['lies deep', { path: `${'a/'.repeat(20)}b`, content: 'x' }, /more than 20 folders deep/],
    ['is deep itself', { path: 'a/'.repeat(21), type: 'Directory' }, /more than 20 folders deep/],
    ['climbs out on the way', { path: 'a/../../evil', content: 'x' }, /leads out of the folder/],
    ['has an absolute path', { path: '/tmp/evil', content: 'x' }, /absolute path/],
    ['has a path of Windows', { path: 'C:/evil', content: 'x' }, /absolute path/],
    ['has a backslash', { path: '..\\evil', content: 'x' }, /characters that not every system takes/],
    ['has a link', { path: 'a', type: 'SymbolicLink', linkpath: '/etc/passwd' }, /"a" is a link/],
    ['has a link inside', { path: 'a', type: 'SymbolicLink', linkpath: 'b' }, /"a" is a link/],
    ['has a hard link', { path: 'a', type: 'Link', linkpath: '../../etc/passwd' }, /"a" is a link/],
    ['has a device', { path: 'a', type: 'CharacterDevice' }, /is a CharacterDevice/],
    ['has a pipe', { path: 'a', type: 'FIFO' }, /is a FIFO/],
  ])('%s', async (_, member, message) => {
    expect(await refused([{ path: 'service.yaml' }, member])).toMatch(message);
    await expect(access(join(base, 'evil'))).rejects.toThrow('ENOENT');
  });

  test('has a file twice, be it in other letters, or a file where a folder is', async () => {
    expect(await refused([{ path: 'a' }, { path: 'A' }])).toMatch(/A: it is in the archive twice/);
    await rm(join(base, 'out'), { recursive: true });
    expect(await refused([{ path: 'a' }, { path: 'a/b' }])).toMatch(/in each other’s place/);
  });

  test('has too many files', async () => {
    const many = Array.from({ length: packageLimits.files + 1 }, (_, index) => ({ path: `f${index}` }));
    expect(await refused(many)).toMatch(/more than 10000 files/);
  });

  test('says that a file is larger than all may be, before any of it is written', async () => {
    const header = Buffer.alloc(512);
    new Header({ path: 'large', type: 'File', mode: 0o644, size: packageLimits.bytes + 1 }).encode(header, 0);
    expect(await refused(gzipSync(Buffer.concat([header, Buffer.alloc(4096)])))).toMatch(
      /larger than 500000000/,
    );
  });

  test('unpacks to much more than it says', async () => {
    // A bomb: a few hundred kilobytes of gzip that are half a gigabyte of nothing behind a small file.
    async function* zeroes(): AsyncGenerator<Buffer> {
      const header = Buffer.alloc(512);
      new Header({ path: 'small', type: 'File', mode: 0o644, size: 1 }).encode(header, 0);
      yield header;
      const block = Buffer.alloc(1 << 20);
      for (let sent = 0; sent < packageLimits.bytes + 40_000_000; sent += block.length) yield block;
    }
    const path = join(base, 'bomb');
    await pipeline(Readable.from(zeroes()), createGzip({ level: 6 }), createWriteStream(path));
    expect((await stat(path)).size).toBeLessThan(3_000_000);
    const reason = await unpack(path, join(base, 'out')).then(
      () => 'taken',
      (error: Error) => `${error.name}: ${error.message}`,
    );
    expect(reason).toMatch(/^PackageError: /);
  });

  test('is no archive, or breaks off', async () => {
    expect(await refused(Buffer.from('name: A service.yaml, not packed'))).toMatch(/is no tar\.gz/);
    await rm(join(base, 'out'), { recursive: true });
    expect(await refused(gzipSync('not a tar at all'.repeat(100)))).toMatch(/is no tar\.gz/);
    await rm(join(base, 'out'), { recursive: true });
    const whole = archiveOf([{ path: 'a', content: Buffer.alloc(20_000, 'abc') }]);
    expect(await refused(whole.subarray(0, whole.length - 20))).toMatch(/is no tar\.gz/);
  });
});

const openFiles = '/proc/self/fd';

describe('whoever hears that an archive is not taken may remove the folder: nothing is written there any more', () => {
  /** Random bytes, which do not pack: what breaks off is far behind the beginning. */
  const large = (path: string): Member => ({ path, content: randomBytes(2_000_000) });
  test.skipIf(!existsSync(openFiles)).each<[string, () => Buffer]>([
    ['that breaks off', () => archiveOf([large('a')]).subarray(0, 1_500_000)],
    ['with an entry that is not taken', () => archiveOf([large('a'), { path: '../evil' }])],
    ['with a file in the place of a folder', () => archiveOf([large('a'), { path: 'a/b' }, large('c')])],
  ])('one %s (looked for where there is /proc)', async (_, make) => {
    expect(await refused(make())).not.toBe('taken');
    const out = join(base, 'out');
    const open = readdirSync(openFiles).map((file) => linkAt(join(openFiles, file)));
    expect(open.filter((target) => target?.startsWith(out))).toEqual([]);
    await rm(out, { recursive: true });
    expect(existsSync(out)).toBe(false);
  });
});

/** What the list itself was read by is no more. */
function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
