import { expect, test } from 'vitest';

import { optionFaults } from '../src/option-faults.ts';

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
