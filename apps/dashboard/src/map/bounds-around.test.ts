import { expect, test } from 'vitest';

import { boundsAround, unwrapBounds } from './bounds-around.ts';

test('bounds on one side of the antimeridian are put around as they are', () => {
  expect(boundsAround([[-4, 55, -3, 56], null, undefined, [1, 50, 2, 51], []])).toEqual([-4, 50, 2, 56]);
  expect(boundsAround([null])).toBeUndefined();
});

test('bounds across the antimeridian are a small place, not the whole Earth', () => {
  expect(unwrapBounds([179, -17, -179, -16])).toEqual([179, -17, 181, -16]);
  expect(boundsAround([[179, -17, -179, -16]])).toEqual([179, -17, 181, -16]);
});

test('what lies beside them is put around with them, on either side', () => {
  expect(
    boundsAround([
      [-178, -20, -177, -19],
      [179, -17, -179, -16],
      [176, -18, 178, -17],
    ]),
  ).toEqual([176, -20, 183, -16]);
});
