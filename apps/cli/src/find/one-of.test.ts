import { expect, test } from 'vitest';

import { CliError, exitCodes } from '../errors/index.ts';
import { oneOf } from './one-of.ts';
import type { Naming } from './one-of.ts';

const kind = 'processes';
const named = (...names: string[]): { id: string; name: string; created_at: string }[] =>
  names.map((name, i) => ({ id: `id-${i + 1}`, name, created_at: `2026-03-0${(i % 9) + 1}T10:00:00Z` }));

async function* listed<T>(all: readonly T[]): AsyncGenerator<T, void> {
  yield* all;
}

async function refused(names: string[], which: string, naming: Naming): Promise<CliError> {
  const error = await oneOf(listed(named(...names)), which, naming).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CliError);
  return error as CliError;
}

test('the one that is called so is meant, wherever it comes in the list', async () => {
  const found = await oneOf(listed(named('Glasgow 2', 'Old Glasgow', 'Glasgow')), 'Glasgow', { kind });
  expect(found?.id).toBe('id-3');
});

test('a part of a name will do where it fits one alone', async () => {
  expect((await oneOf(listed(named('Glasgow')), 'Glas', { kind }))?.id).toBe('id-1');
  expect(await oneOf(listed(named()), 'Glas', { kind })).toBeUndefined();
});

test('of several that are called so none is taken, and all are told with their ids and dates', async () => {
  const { message, next, exitCode, instead } = await refused(['a', 'ab', 'a'], 'a', { kind });
  expect(exitCode).toBe(exitCodes.usage);
  expect(message).toMatch(
    /^Several processes are called "a": id-1 of 2026-03-01 .*, id-3 of 2026-03-03 [\d:]+$/,
  );
  expect(next).toBe('name the one that is meant by its id');
  expect(instead).toEqual({ typed: 'a', id: 'id-3' });
});

test('of several that have the text in their names none is taken either', async () => {
  const { message } = await refused(['ab', 'ac'], 'a', { kind });
  expect(message).toBe('"a" may mean several processes: "ab" id-1, "ac" id-2');
});

test('of very many a few are told, and no more of the list is read than that takes', async () => {
  let read = 0;
  async function* endless(): AsyncGenerator<{ id: string; name: string }, void> {
    for (;;) yield { id: `id-${++read}`, name: 'a' };
  }
  await expect(oneOf(endless(), 'a', { kind })).rejects.toThrow(/id-5, …$/);
  expect(read).toBe(6);
});

test('for what cannot be undone a part of a name will not do', async () => {
  const { message, next } = await refused(['Glasgow'], 'Glas', { kind, whole: true });
  expect(message).toBe('No processes are called "Glas", only "Glasgow" id-1');
  expect(next).toMatch(/whole name, or the id/);
  expect((await oneOf(listed(named('Glasgow')), 'Glasgow', { kind, whole: true }))?.id).toBe('id-1');
});
