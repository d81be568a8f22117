import { expect, test } from 'vitest';

import type { Context } from './context.ts';
import { startWorker } from './worker.ts';
import type { WorkerOptions } from './worker.ts';

/** Pieces of work that end when they are told to. */
class Pieces {
  readonly begun: number[] = [];
  readonly ends: (() => void)[] = [];
  readonly #most: number;
  #wake: () => void = () => undefined;

  constructor(most: number) {
    this.#most = most;
  }

  readonly context = {
    events: {
      subscribe: (_kind: string, _id: undefined, wake: () => void) => {
        this.#wake = wake;
        return () => undefined;
      },
    },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  } as unknown as Context;

  readonly claim: WorkerOptions['claim'] = async (_context, signal) => {
    const number = this.ends.length;
    if (number >= this.#most) return await Promise.resolve(undefined);
    const piece = new Promise<void>((resolve) => {
      this.ends.push(resolve);
      signal.addEventListener('abort', () => resolve());
    });
    return async () => {
      this.begun.push(number);
      await piece;
    };
  };

  wake(): void {
    this.#wake();
  }
}

test('as many pieces of work are done side by side as there are slots, and the next when one ends', async () => {
  const pieces = new Pieces(10);
  const worker = startWorker(pieces.context, { claim: pieces.claim, slots: 3 });
  await expect.poll(() => pieces.begun.length).toBe(3);
  pieces.wake();
  pieces.ends[1]?.();
  await expect.poll(() => pieces.begun.length).toBe(4);
  expect(pieces.begun).toEqual([0, 1, 2, 3]);
  await worker.close();
});

test('a piece that takes long holds up no other, and no more than twice the slots run', async () => {
  const pieces = new Pieces(10);
  const worker = startWorker(pieces.context, { claim: pieces.claim, slots: 2, longMilliseconds: 50 });
  await expect.poll(() => pieces.begun.length).toBe(4);
  pieces.ends[3]?.();
  await expect.poll(() => pieces.begun.length).toBe(5);
  expect(pieces.begun).toEqual([0, 1, 2, 3, 4]);
  await worker.close();
});
