import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { beforeEach, describe, expect, test } from 'vitest';

import type { Objects } from '../objects.ts';
import type { Opened } from './opened.ts';

/** What every store does with objects that come in several goes. */
export function describeSeveralGoes(
  what: string,
  { open, large }: { readonly open: () => Promise<Opened>; readonly large: number },
): void {
  describe(`objects in several goes in ${what}`, () => {
    let objects: Objects;
    let opened: Opened;
    const big = randomBytes(large);
    const sha256 = createHash('sha256').update(big).digest('hex');
    const key = 'uploads/a/1';
    beforeEach(async () => {
      opened = await open();
      ({ objects } = opened);
    });

    async function* pieces(of: Buffer): AsyncGenerator<Buffer> {
      for (let at = 0; at < of.length; at += 65_536) yield Buffer.from(of.subarray(at, at + 65_536));
    }
    async function* cutOff(of: Buffer): AsyncGenerator<Buffer> {
      yield* pieces(of);
      throw new Error('cut off');
    }
    /** Sends the bytes from `offset` up to `end`, where the stream breaks unless all are sent. */
    const go = async (offset: number, end: number) => {
      const part = big.subarray(offset, end);
      const source = Readable.from(end < large ? cutOff(part) : pieces(part));
      return await objects.append(key, source, { offset, length: large, release: true });
    };
    const keys = async (): Promise<string[]> => {
      const found: string[] = [];
      for await (const listed of objects.list()) found.push(listed.key);
      return found;
    };

    test.each([
      ['one platform', async () => await Promise.resolve()],
      ['one that starts again in between', async () => void (objects = await opened.reopen())],
    ])('all that came before a cut is kept by %s, whatever the cuts', async (_, between) => {
      // Within a piece, at its end, twice in one part, over several parts, and just before the end.
      const cuts = [1, 65_536, 70_000, Math.floor(large / 2), Math.floor(large / 2) + 1, large - 1];
      let offset = 0;
      for (const cut of cuts) {
        await expect(go(offset, cut)).rejects.toThrow('cut off');
        await between();
        expect(await objects.received(key)).toBe(cut);
        expect(await keys()).toEqual([]);
        expect(await objects.has(key)).toBe(false);
        offset = cut;
      }
      expect(await go(offset, large)).toEqual({ size: large, sha256 });
      expect((await buffer(await objects.get(key))).equals(big)).toBe(true);
      expect(await objects.received(key)).toBe(large);
      expect(await opened.leftovers()).toEqual([]);
    });

    test('an object that comes in one go is as if it had been put', async () => {
      const options = { offset: 0, length: large, fresh: true };
      expect(await objects.append(key, Readable.from(pieces(big)), options)).toEqual({ size: large, sha256 });
      const empty = { size: 0, sha256: createHash('sha256').digest('hex') };
      const none = { offset: 0, length: 0, fresh: true };
      expect(await objects.append('uploads/none', Readable.from([]), none)).toEqual(empty);
      expect((await buffer(await objects.get(key))).equals(big)).toBe(true);
      expect(await opened.leftovers()).toEqual([]);
    });

    test('goes that end by themselves add up, and the answer to the last is given again', async () => {
      const half = Math.floor(large / 2);
      const first = Readable.from(pieces(big.subarray(0, half)));
      expect(await objects.append(key, first, { offset: 0, length: large })).toBeUndefined();
      expect(await go(half, large)).toEqual({ size: large, sha256 });
      expect(await go(large, large)).toEqual({ size: large, sha256 });
      objects = await opened.reopen();
      expect(await go(large, large)).toEqual({ size: large, sha256 });
    });

    test('bytes that are not the next ones are refused, and change nothing', async () => {
      await expect(go(1, 2)).rejects.toMatchObject({ code: 'wrong_offset', offset: 0 });
      await expect(go(0, 1000)).rejects.toThrow('cut off');
      for (const offset of [0, 999, 1001, large])
        await expect(go(offset, large)).rejects.toMatchObject({ code: 'wrong_offset', offset: 1000 });
      expect(await objects.received(key)).toBe(1000);
      expect(await go(1000, large)).toEqual({ size: large, sha256 });
      await expect(go(0, large)).rejects.toMatchObject({ code: 'wrong_offset', offset: large });
    });

    test('more bytes than were announced are refused', async () => {
      const source = Readable.from(pieces(big));
      await expect(objects.append(key, source, { offset: 0, length: 100_000 })).rejects.toMatchObject({
        code: 'too_large',
      });
      expect(await objects.received(key)).toBe(65_536);
      expect(await objects.has(key)).toBe(false);
    });

    test('an aborted go keeps what came', async () => {
      const over = new AbortController();
      async function* aborting() {
        yield* pieces(big.subarray(0, 100_000));
        over.abort(new Error('enough'));
        yield big.subarray(100_000, 200_000);
      }
      const options = { offset: 0, length: large, signal: over.signal };
      await expect(objects.append(key, Readable.from(aborting()), options)).rejects.toThrow('enough');
      const kept = await objects.received(key);
      // What comes after the abort is not taken any more; the stream may have been a piece ahead.
      expect([65_536, 100_000]).toContain(kept);
      expect(await go(kept, large)).toEqual({ size: large, sha256 });
    });

    test('what is abandoned is gone, and can begin again', async () => {
      await objects.abandon(key);
      await expect(go(0, large - 1)).rejects.toThrow('cut off');
      await objects.abandon(key);
      expect(await objects.received(key)).toBe(0);
      expect(await opened.leftovers()).toEqual([]);
      expect(await go(0, large)).toEqual({ size: large, sha256 });
    });

    test('what nobody adds to any more is swept, and what was added to lately is not', async () => {
      await expect(go(0, large - 1)).rejects.toThrow('cut off');
      await objects.sweep();
      expect(await objects.received(key)).toBe(large - 1);
      await opened.sweepAll();
      expect(await objects.received(key)).toBe(0);
      expect(await opened.leftovers()).toEqual([]);
    });
  });
}
