import { randomUUID } from 'node:crypto';

import type { FieldIssue } from '@fusion-platform/contract';
import { isMasked } from '@fusion-platform/contract/options';
import { expect, test } from 'vitest';

import type { ProcessOption } from './parts.ts';
import { coverProcess, uncoverProcess } from './secrets.ts';

const option = (name: string, value: string) =>
  ({ ssd_id: 'a', name, value, required: true, data_type: 'string' }) as ProcessOption;
const stored = {
  id: randomUUID(),
  options: [option('api_key', 'k3y'), option('note', 'n')],
  dispatchers: [],
};

test('a secret is shown as stars, and the stars that were shown come back as what is stored', () => {
  const { options } = coverProcess(stored);
  expect(options.map(({ value }) => isMasked(value))).toEqual([true, false]);
  const issues: FieldIssue[] = [];
  expect(uncoverProcess({ options }, undefined, [stored], issues).options).toEqual(stored.options);
  expect(issues).toEqual([]);
});

test.each(['*********', '********:', `********:${stored.id}:`, '*** secret ***'])(
  'a secret such as %s is taken as it is given',
  (value) => {
    const options = [option('api_key', value)];
    expect(uncoverProcess({ options }, stored, [], []).options).toEqual(options);
  },
);
