import { expect, test, vi } from 'vitest';

import { exitCodes } from '../errors/index.ts';
import { parse } from './parse.ts';
import type { Perform } from './program.ts';

const perform = vi.fn<Perform>();

/** What a command line that is wrong says on standard error. */
async function said(words: readonly string[]): Promise<string> {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    expect(await parse(words, perform)).toBe(exitCodes.usage);
    expect(perform).not.toHaveBeenCalled();
    return write.mock.calls.map(([text]) => text).join('');
  } finally {
    write.mockRestore();
  }
}

test.each([
  [['rm'], 'fusion-platform rm --help'],
  [['members', 'roles'], 'fusion-platform members roles --help'],
  [['admin', 'add-user', '--nonsense'], 'fusion-platform admin add-user --help'],
])('of %j that is wrong the whole command for its help is told', async (words, next) => {
  const text = await said(words);
  expect(text).toMatch(/^error: [^\n]+\n/);
  expect(text.endsWith(`\n  → ${next}\n`)).toBe(true);
});

test('with --json bad usage is told as JSON like any other error', async () => {
  expect(JSON.parse(await said(['list', '--nonsense', '--json']))).toEqual({
    error: {
      code: 'usage',
      message: "unknown option '--nonsense'",
      next: 'fusion-platform list --help',
      exit_code: 2,
    },
  });
});
