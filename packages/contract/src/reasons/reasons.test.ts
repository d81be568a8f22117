import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { buildReason, printReasons, reasonTable } from './index.ts';

/** Without what the formatter may change: the widths of the columns. */
const plain = (text: string): string => text.replaceAll(/-{3,}/g, '---').replaceAll(/\s+/g, ' ').trim();

test('docs/reasons.md is what the contract prints; if not, run npm run reasons -w packages/contract', () => {
  const written = readFileSync(new URL('../../../../docs/reasons.md', import.meta.url), 'utf8');
  expect(plain(written)).toBe(plain(printReasons()));
});

test('each sentence names only what is always among its evidence', () => {
  const unknown = Object.entries(reasonTable).flatMap(([code, { sentence, evidence }]) =>
    [...sentence.matchAll(/\{(\w+)\}/g)]
      .map(([, name = '']) => name)
      .filter((name) => !Object.hasOwn(evidence, name))
      .map((name) => `${code}: ${name}`),
  );
  expect(unknown).toEqual([]);
});

test('a reason has its sentence, its evidence with units and the next move; what is not known is left out', () => {
  expect(buildReason('out_of_memory', { limit: 512, peak: null })).toEqual({
    code: 'out_of_memory',
    kind: 'failing',
    sentence: 'It used more than its 512 MiB of memory',
    evidence: [{ name: 'limit', value: '512', unit: 'MB' }],
    next_whose: 'user',
    next_move: 'Choose a smaller region, or ask for more memory for the service',
  });
  // @ts-expect-error evidence that a code needs cannot be left out
  buildReason('memory', { needed: 1, free: 1 });
});
