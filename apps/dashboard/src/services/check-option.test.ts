import { expect, test } from 'vitest';

import { checkOption, isShutOut } from './check-option.ts';

const numeric = { name: 'n', data_type: 'numeric', required: true, validation: 'min=1;max=10' };

test.each([
  ['', 'A value is needed'],
  ['0', 'At least 1'],
  ['11', 'At most 10'],
  ['x', '"x" is no number'],
  ['2.5', undefined],
])('a number from 1 to 10 given as "%s": %s', (text, wrong) => {
  expect(checkOption(numeric, text)).toBe(wrong);
});

test('an option that may be left out may be left out, and a choice is one of those that there are', () => {
  expect(checkOption({ ...numeric, required: false }, '')).toBeUndefined();
  const choice = {
    name: 'c',
    data_type: 'constrained',
    required: true,
    validation: 'values=a,b;names=First,Second',
  };
  expect(checkOption(choice, 'b')).toBeUndefined();
  expect(checkOption(choice, 'First')).toBe('One of a, b');
});

test('an option is shut out exactly while the other one has that value', () => {
  const option = { mutually_exclusive: 'latest_date=true' };
  expect(isShutOut(option, { latest_date: 'true' })).toBe(true);
  expect(isShutOut(option, { latest_date: 'false' })).toBe(false);
  expect(isShutOut({ mutually_exclusive: null }, {})).toBe(false);
});
