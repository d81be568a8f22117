import { expect, test } from 'vitest';

import { DataFile } from './data-file.ts';

const sizeOf = (held: { resolution?: number; stac_item?: Record<string, unknown> }): number | undefined =>
  new DataFile({} as never, { id: 'a0000000-0000-4000-8000-000000000000', ...held }).pixelSize;

test('the size of a pixel has the fraction that the whole metres of the API have not', () => {
  expect(sizeOf({ resolution: 1, stac_item: { properties: { gsd: 0.25 } } })).toBe(0.25);
  expect(sizeOf({ resolution: 139, stac_item: { properties: {} } })).toBe(139);
  expect(sizeOf({ resolution: 30 })).toBe(30);
  expect(sizeOf({})).toBeUndefined();
});
