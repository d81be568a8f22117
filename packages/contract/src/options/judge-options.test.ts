import { expect, test } from 'vitest';

import { judgeOptions } from './judge-options.ts';
import type { JudgeableOption } from './judge-options.ts';

const ssd_id = 'a';
const latest = { name: 'latest', ssd_id, data_type: 'boolean', value: 'True' };
const date: JudgeableOption = {
  name: 'date',
  ssd_id,
  data_type: 'datetime',
  value: 'yesterday',
  required: true,
  mutually_exclusive: 'latest = true',
};
const faultsOf = (...options: JudgeableOption[]) => judgeOptions(options).map(({ fault }) => fault);

test('a value at fault is told with the name of its option, and is none', () => {
  expect(judgeOptions([date])).toEqual([
    { option: date, value: null, fault: 'date: "yesterday" is not a date' },
  ]);
});

test('one that is required needs a value', () => {
  expect(faultsOf({ ...date, value: null })).toEqual(['date: it needs a value']);
  expect(faultsOf({ ...date, value: null, required: false })).toEqual([undefined]);
});

test('one that another takes out of play is not judged', () => {
  expect(faultsOf(latest, date)).toEqual([undefined, undefined]);
  expect(faultsOf({ ...latest, value: 'false' }, date)[1]).toMatch(/not a date/);
  expect(faultsOf({ ...latest, ssd_id: 'b' }, date)).toEqual([undefined, undefined]);
  // That of the same service goes before one of another.
  expect(faultsOf({ ...latest, ssd_id: 'b' }, { ...latest, value: 'no' }, date)[2]).toMatch(/not a date/);
});
