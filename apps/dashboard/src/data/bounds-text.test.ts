import { expect, test } from 'vitest';

import { readBounds } from './bounds-text.ts';

test('bounds are four numbers in degrees, west before east and south before north', () => {
  expect(readBounds('-4.4, 55.8, -4.1, 55.9')).toEqual([-4.4, 55.8, -4.1, 55.9]);
  expect(readBounds(' 1 2 3 4 ')).toEqual([1, 2, 3, 4]);
  for (const text of ['', '1,2,3', '1,2,3,x', '3,2,1,4', '1,4,3,2', '-181,0,1,1', '0,0,1,91', '1,2,3,4,5'])
    expect(readBounds(text)).toBeUndefined();
});
