import { expect, test } from 'vitest';

import { nameOf } from './name-of.ts';

const email = 'ada@example.com';

test.each([
  ['Ada', 'Lovelace', 'Ada Lovelace'],
  ['Ada', '-', 'Ada'],
  ['-', '-', email],
])('a member called %s %s is told as %s', (given_name, family_name, told) => {
  expect(nameOf({ given_name, family_name, email })).toBe(told);
});
