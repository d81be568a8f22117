import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { copyPieces } from '../../testing/copy-pieces.ts';
import { NoSuchObjectError } from '../errors.ts';
import type { Objects } from '../objects.ts';
import type { Opened } from './opened.ts';
import { describeSeveralGoes } from './several-goes.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const bytes = Buffer.from('bytes of a file');

/**
 * What every store of objects does.
 * @param options.open a fresh store for a test
 * @param options.large more bytes than the store handles in one piece
 */
export function describeObjects(
  what: string,
  { open, large }: { readonly open: () => Promise<Opened>; readonly large: number },
): void {
  describeSeveralGoes(what, { open, large });
  describe(`objects in ${what}`, () => {
    let folder: string;
    let objects: Objects;
    let leftovers: Opened['leftovers'];
    const big = randomBytes(large);
    beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'fusion-objects-files-'))));
    afterAll(async () => await rm(folder, { recursive: true, maxRetries: 10 }));
    beforeEach(async () => {
      const opened = await open();
      objects = opened.objects;
      leftovers = async () => await opened.leftovers();
    });

    const read = async (key: string): Promise<Buffer> => await buffer(await objects.get(key));
    const keys = async (prefix?: string): Promise<string[]> => {
      const found: string[] = [];
      for await (const { key } of objects.list(prefix)) found.push(key);
      return found.toSorted();
    };
    async function* pieces(of: Buffer, size = 100_000): AsyncGenerator<Buffer> {
      for (let at = 0; at < of.length; at += size) yield of.subarray(at, at + size);
    }

    test.each([
      ['empty', Buffer.alloc(0)],
      ['small', bytes],
      ['large', big],
    ])('an object that is %s comes back as it was put, with length and checksum', async (_, content) => {
      const expected = { size: content.length, sha256: sha256(content) };
      const source = () => Readable.from(pieces(content));
      expect(await objects.put('uploads/a', source(), { length: content.length })).toEqual(expected);
      expect(await objects.put('uploads/unknown-length', source())).toEqual(expected);
      for (const key of ['uploads/a', 'uploads/unknown-length']) {
        expect((await read(key)).equals(content)).toBe(true);
        expect(await objects.size(key)).toBe(content.length);
        expect(await objects.has(key)).toBe(true);
      }
      expect(await leftovers()).toEqual([]);
    });

    test('a range has its first and its last byte', async () => {
      await objects.put('uploads/a', Readable.from(pieces(big)));
      for (const [start, end] of [
        [0, 0],
        [6, 7],
        [large - 2, large - 1],
        [1000, large - 1000],
      ] as const) {
        const part = await buffer(await objects.get('uploads/a', { start, end }));
        expect(part.equals(big.subarray(start, end + 1))).toBe(true);
        const copied = await copyPieces(await objects.pieces('uploads/a', { start, end }));
        expect(copied.equals(part)).toBe(true);
      }
    });

    test('what is not there is said to be missing, by name', async () => {
      const path = join(folder, 'none');
      for (const call of [
        async () => await objects.get('uploads/none'),
        async () => await objects.pieces('uploads/none'),
        async () => await objects.size('uploads/none'),
        async () => await objects.copy('uploads/none', 'uploads/other'),
        async () => await objects.withFile('uploads/none', async () => await Promise.resolve()),
        async () => await objects.toFile('uploads/none', path),
        async () => await objects.toFile('uploads/none', path, { shared: true }),
      ]) {
        const error: unknown = await call().catch((fault: unknown) => fault);
        expect(error).toBeInstanceOf(NoSuchObjectError);
        expect((error as Error).message).toContain('uploads/none');
      }
      expect(await objects.has('uploads/none')).toBe(false);
      expect(await objects.has('uploads/other')).toBe(false);
      expect(await readdir(folder)).not.toContain('none');
      await objects.remove('uploads/none');
    });

    test.each([
      ['small', bytes],
      ['large', big],
    ])('nothing is there of a %s stream that breaks, ends early or is too long', async (_, content) => {
      async function* broken() {
        yield* pieces(content);
        throw new Error('cut off');
      }
      const source = () => Readable.from(pieces(content));
      await expect(objects.put('uploads/a', Readable.from(broken()))).rejects.toThrow('cut off');
      await expect(objects.put('uploads/a', source(), { length: content.length + 1 })).rejects.toMatchObject({
        code: 'bad_request',
      });
      await expect(objects.put('uploads/a', source(), { length: content.length - 1 })).rejects.toMatchObject({
        code: 'bad_request',
      });
      await expect(
        objects.put('uploads/a', source(), { maximumBytes: content.length - 1 }),
      ).rejects.toMatchObject({ code: 'too_large' });
      const over = new AbortController();
      async function* aborting() {
        yield* pieces(content);
        over.abort(new Error('enough'));
        yield bytes;
      }
      await expect(
        objects.put('uploads/a', Readable.from(aborting()), { signal: over.signal }),
      ).rejects.toThrow('enough');
      expect(await keys()).toEqual([]);
      expect(await leftovers()).toEqual([]);
    });

    test.each([
      ['small', bytes],
      ['large', big],
    ])('a %s file of this machine is stored as often as asked, and may go', async (name, content) => {
      for (const final of [false, true]) {
        const path = join(folder, `${name}-${String(final)}.tif`);
        await writeFile(path, content, { mode: 0o644 });
        for (let time = 0; time < 2; time += 1) {
          const stored = await objects.putFile('outputs/a/1', path, { final });
          expect(stored).toEqual({ size: content.length, sha256: sha256(content) });
        }
        await rm(path);
        expect((await read('outputs/a/1')).equals(content)).toBe(true);
      }
      expect(await leftovers()).toEqual([]);
    });

    test('a link, a folder and a missing file are not stored', async () => {
      const link = join(folder, 'link.tif');
      await symlink('/etc/hostname', link);
      for (const final of [false, true]) {
        await expect(objects.putFile('outputs/a/2', link, { final })).rejects.toThrow('ELOOP');
        await expect(objects.putFile('outputs/a/2', folder, { final })).rejects.toThrow('is no file');
        await expect(objects.putFile('outputs/a/2', join(folder, 'gone'), { final })).rejects.toThrow(
          'ENOENT',
        );
      }
      await rm(link);
      expect(await keys()).toEqual([]);
      expect(await leftovers()).toEqual([]);
    });

    test('a copy and its original outlive each other', async () => {
      await objects.put('uploads/a', Readable.from(pieces(big)));
      await objects.copy('uploads/a', 'uploads/b');
      await objects.copy('uploads/a', 'uploads/b');
      await objects.remove('uploads/a');
      await objects.remove('uploads/a');
      expect(await objects.has('uploads/a')).toBe(false);
      expect((await read('uploads/b')).equals(big)).toBe(true);
    });

    test('a file is lent while it is used, and made to keep', async () => {
      await objects.put('uploads/a', Readable.from(pieces(big)));
      const lent = await objects.withFile('uploads/a', async (path) => ({
        path,
        whole: (await readFile(path)).equals(big),
      }));
      expect(lent.whole).toBe(true);
      await expect(
        objects.withFile('uploads/a', async () => await Promise.reject(new Error('no use'))),
      ).rejects.toThrow('no use');
      for (const shared of [false, true]) {
        const path = join(folder, `kept-${String(shared)}`);
        await writeFile(path, 'what was there before');
        await objects.toFile('uploads/a', path, { shared });
        await objects.toFile('uploads/a', path, { shared });
        expect((await readFile(path)).equals(big)).toBe(true);
      }
      // One's own file can be written to, and the object stays as it was.
      const own = join(folder, 'kept-false');
      await chmod(own, 0o600);
      await writeFile(own, 'changed');
      await objects.remove('uploads/a');
      expect((await readFile(join(folder, 'kept-true'))).equals(big)).toBe(true);
      expect((await readdir(folder)).toSorted()).toEqual(['kept-false', 'kept-true']);
      for (const kept of ['kept-false', 'kept-true']) await rm(join(folder, kept));
      expect(await leftovers()).toEqual([]);
    });

    test('a file that its user changes is no longer the object', async () => {
      await objects.put('uploads/a', Readable.from([bytes]));
      const path = join(folder, 'own');
      await objects.toFile('uploads/a', path);
      await chmod(path, 0o600);
      await writeFile(path, 'changed');
      expect(await read('uploads/a')).toEqual(bytes);
      await rm(path);
    });

    test('the list has every object with its size and when it was stored, and can be narrowed', async () => {
      const before = Date.now() - 60_000;
      const path = join(folder, 'old.tif');
      await writeFile(path, bytes);
      // What came by a link was stored when it was linked, however old its bytes are.
      await utimes(path, new Date('2001-01-01'), new Date('2001-01-01'));
      await objects.putFile('outputs/ab/1', path, { final: true });
      await objects.copy('outputs/ab/1', 'previews/1');
      await objects.put('outputs/abc/2', Readable.from([bytes]));
      expect(await keys()).toEqual(['outputs/ab/1', 'outputs/abc/2', 'previews/1']);
      expect(await keys('outputs/')).toEqual(['outputs/ab/1', 'outputs/abc/2']);
      expect(await keys('outputs/ab/')).toEqual(['outputs/ab/1']);
      expect(await keys('none/')).toEqual([]);
      for await (const { size, storedAt } of objects.list()) {
        expect(size).toBe(bytes.length);
        expect(storedAt.getTime()).toBeGreaterThan(before);
      }
      await rm(path);
    });

    test('many are stored and read side by side', async () => {
      const all = Array.from({ length: 20 }, (_, index) => randomBytes(50_000 + index));
      await Promise.all(
        all.map(
          async (content, index) => await objects.put(`uploads/${index}`, Readable.from(pieces(content))),
        ),
      );
      const same = await Promise.all(
        all.map(async (content, i) => (await read(`uploads/${i}`)).equals(content)),
      );
      expect(same.every(Boolean)).toBe(true);
      expect(await keys()).toHaveLength(20);
      expect(await leftovers()).toEqual([]);
    });

    test('a stream that nobody reads to its end lets go of what it holds', async () => {
      await objects.put('uploads/a', Readable.from(pieces(big)));
      const stream = await objects.get('uploads/a');
      stream.destroy();
      const over = new AbortController();
      const aborted = await objects.get('uploads/a', undefined, { signal: over.signal });
      over.abort(new Error('enough'));
      await expect(buffer(aborted)).rejects.toThrow('abort');
      await objects.check();
      await objects.sweep();
      expect((await read('uploads/a')).equals(big)).toBe(true);
    });

    test('pieces of which each is done with before the next one are all of an object', async () => {
      await objects.put('uploads/a', Readable.from(pieces(big)));
      await objects.put('uploads/none', Readable.from([]));
      expect((await copyPieces(await objects.pieces('uploads/a'))).equals(big)).toBe(true);
      expect(await copyPieces(await objects.pieces('uploads/none'))).toHaveLength(0);
      for await (const piece of await objects.pieces('uploads/a')) {
        expect(piece.length).toBeGreaterThan(0);
        break;
      }
      expect(await leftovers()).toEqual([]);
    });

    test.each([
      '../secret',
      'uploads/../../secret',
      '/etc/passwd',
      'uploads//a',
      'a',
      'uploads/.hidden',
      'uploads/a\0b',
    ])('the key %j is refused by every call', async (key) => {
      const path = join(folder, 'x');
      await writeFile(path, bytes);
      for (const call of [
        async () => await objects.put(key, Readable.from([bytes])),
        async () => await objects.append(key, Readable.from([bytes]), { offset: 0, length: 1000 }),
        async () => await objects.received(key),
        async () => await objects.abandon(key),
        async () => await objects.putFile(key, path),
        async () => await objects.get(key),
        async () => await objects.pieces(key),
        async () => await objects.size(key),
        async () => await objects.copy('uploads/a', key),
        async () => await objects.copy(key, 'uploads/a'),
        async () => await objects.toFile(key, path),
        async () => await objects.withFile(key, async () => await Promise.resolve()),
        async () => await objects.remove(key),
        async () => await objects.signedUrl(key, { seconds: 60, fileName: 'a', contentType: 'b/c' }),
      ])
        await expect(call()).rejects.toThrow(RangeError);
      expect((await stat(path)).size).toBe(bytes.length);
      await rm(path);
    });
  });
}
