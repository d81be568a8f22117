import { optionFaults } from 'fusion-platform/option-faults';
import { expect, test } from 'vitest';

import { faultOf } from './ask-option.ts';

const option = { name: 'start', ssd_id: 'a', data_type: 'datetime', validation: 'format=%d/%m/%Y' };

test.each(['30/02/2026', 'soon'])(
  'an answer such as %s is refused as an option that is given is',
  (given) => {
    const [refused] = optionFaults([{ ...option, value: given }]);
    expect(faultOf(option, given)).toBe(refused?.message);
    expect(refused?.message).toBe(`start: "${given}" is not a date of the form %d/%m/%Y`);
  },
);

test('an answer may be a date of that form, or nothing', () => {
  expect([faultOf(option, '28/02/2026'), faultOf(option, '')]).toEqual([undefined, undefined]);
});
