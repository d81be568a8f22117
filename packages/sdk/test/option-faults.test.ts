import { expect, test } from 'vitest';

import { isLeftOut, optionFaults } from '../src/option-faults.ts';

const option = (name: string, data_type: string, value: unknown, validation: string | null = null) =>
  ({ name, ssd_id: 'a', data_type, value, validation }) as Parameters<typeof optionFaults>[0][number];

test('what the platform would refuse options for is known before it is asked', () => {
  const day = 'format=%d/%m/%Y;min=23/06/2015';
  expect(
    optionFaults([
      option('resolution', 'numeric', 101, 'min=1;max=100'),
      option('budget', 'currency', 'much'),
      option('bands', 'constrained', 'C', 'values=A,B,*;names=First,Second,Both'),
      option('start', 'datetime', new Date('2015-06-22'), day),
      option('end', 'datetime', new Date('2015-06-23'), day),
      option('latest', 'boolean', false),
      option('note', 'string', null),
    ]),
  ).toEqual([
    { name: 'resolution', message: 'resolution: 101 is more than 100' },
    { name: 'budget', message: 'budget: "much" is not a number' },
    { name: 'bands', message: 'bands: "C" is not one of A, B, *' },
    { name: 'start', message: 'start: 22/06/2015 is before 23/06/2015' },
  ]);
});

test('text is judged as what is sent for it, and as it is where it stands for nothing', () => {
  const messages = [
    option('start', 'datetime', '2015-06-22', 'format=%d/%m/%Y;min=23/06/2015'),
    option('count', 'numeric', '1e3', 'max=10'),
    option('count', 'numeric', '1e999'),
    option('count', 'numeric', Infinity),
    option('start', 'datetime', 'soon'),
  ].map((one) => optionFaults([one])[0]?.message);
  expect(messages).toEqual([
    'start: 22/06/2015 is before 23/06/2015',
    'count: 1000 is more than 10',
    'count: 1e999 is more than a number can be',
    'count: "Infinity" is not a number',
    'start: "soon" is not a date',
  ]);
});

test('an option is left out while another one has the value that says so, however it is written', () => {
  const rule = { ssd_id: 'a', mutually_exclusive: 'latest = yes' };
  for (const value of [true, 'true', 'True', 'y'])
    expect(isLeftOut(rule, [option('latest', 'boolean', value)])).toBe(true);
  for (const value of [false, null, '', 'perhaps'])
    expect(isLeftOut(rule, [option('latest', 'boolean', value)])).toBe(false);
  expect(isLeftOut({ ...rule, mutually_exclusive: null }, [option('latest', 'boolean', true)])).toBe(false);
});
