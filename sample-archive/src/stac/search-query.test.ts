import { expect, test } from 'vitest';

import { BadParameterError } from './bad-parameter-error.ts';
import { parseSearch } from './search-query.ts';

test('the text of an address and the JSON of a body say the same', () => {
  const point = { type: 'Point', coordinates: [-4.25, 55.86] };
  const fromText = parseSearch({
    intersects: JSON.stringify(point),
    collections: 'a,b',
    ids: 'x',
    datetime: '2021-01-01T00:00:00Z/..',
    sortby: '-properties.datetime,id',
    limit: '5',
    token: '10',
  });
  expect(fromText).toEqual({
    intersects: point,
    collections: ['a', 'b'],
    ids: ['x'],
    datetime: [Date.UTC(2021, 0, 1), Infinity],
    sortby: [
      { field: 'datetime', descending: true },
      { field: 'id', descending: false },
    ],
    limit: 5,
    offset: 10,
  });
  const fromBody = parseSearch({
    intersects: point,
    collections: ['a', 'b'],
    ids: ['x'],
    datetime: '2021-01-01T00:00:00Z/..',
    sortby: [{ field: 'properties.datetime', direction: 'desc' }, { field: 'id' }],
    limit: 5,
    token: '10',
  });
  expect(fromBody).toEqual(fromText);
});

test('a box with heights is taken flat, and one over the antimeridian is two', () => {
  expect(parseSearch({ bbox: '-5,55,0,-4,56,900' }).bbox).toEqual([[-5, 55, -4, 56]]);
  expect(parseSearch({ bbox: [170, -10, -170, 10] }).bbox).toEqual([
    [170, -10, 180, 10],
    [-180, -10, -170, 10],
  ]);
});

test('null and nothing do not narrow the search', () => {
  expect(parseSearch({ bbox: null, ids: '', limit: null })).toEqual({ sortby: [], limit: 10, offset: 0 });
});

test.each([
  { bbox: '1,2,3' },
  { bbox: '1,2,3,x' },
  { bbox: '1,2,,4' },
  { bbox: [0, 10, 1, 5] },
  { bbox: [0, 0, 200, 5] },
  { bbox: [null, 0, 1, 5] },
  { bbox: [0, 0, 1, 1], intersects: { type: 'Point', coordinates: [0, 0] } },
  { intersects: '{' },
  { intersects: { type: 'Feature', geometry: null } },
  { intersects: { type: 'Polygon', coordinates: [[0, 0]] } },
  {
    intersects: {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [1, 1],
        ],
      ],
    },
  },
  { intersects: { type: 'Point', coordinates: ['0', 0] } },
  { datetime: 'yesterday' },
  { datetime: '2024-01-01' },
  { datetime: '2024-13-01T00:00:00Z' },
  { datetime: '../..' },
  { datetime: '2024-02-01T00:00:00Z/2024-01-01T00:00:00Z' },
  { sortby: '-cloud' },
  { sortby: [{ field: 'id', direction: 'down' }] },
  { sortby: [null] },
  { limit: 0 },
  { limit: '1.5' },
  { limit: '-1' },
  { token: 'next' },
  { ids: [1] },
  { collections: {} },
  { query: { 'eo:cloud_cover': { lt: 10 } } },
  [],
  'text',
  null,
])('%j is refused', (raw) => {
  expect(() => parseSearch(raw)).toThrow(BadParameterError);
});
