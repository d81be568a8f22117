import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { filterModifiers } from './filter.ts';
import type { Filter } from './filter.ts';
import { decodeListQuery, encodeListQuery } from './query.ts';
import { QueryError } from './query-error.ts';
import { decodeBoolean } from './scalar.ts';

const fields = ['id', 'name', 'keywords', 'group_id'];
const decode = (text: string) => decodeListQuery(new URLSearchParams(text), fields);

describe('the query of a list', () => {
  test('is read as Python’s requests writes it', () => {
    const sent =
      'limit=24&reverse=False&search=a+b%26c%3D%C3%A9&filter%5Bname__begins_with%5D=%2B%25' +
      '&filter%5Bid__in%5D=x&filter%5Bid__in%5D=y%2Cz&last%5Bcreated_at%5D=2026-01-31&last%5Bn%5D=1.0';
    expect(decode(sent)).toEqual({
      limit: 24,
      reverse: false,
      search: 'a b&c=é',
      filters: [
        { field: 'name', modifier: 'begins_with', value: '+%' },
        { field: 'id', modifier: 'in', value: ['x', 'y,z'] },
      ],
      last: { created_at: '2026-01-31', n: '1.0' },
    });
  });

  test('takes a filter without a modifier for equality', () => {
    expect(decode('filter[group_id]=x').filters).toEqual([{ field: 'group_id', modifier: 'eq', value: 'x' }]);
  });

  test('takes commas for a list where one is due and nothing is repeated', () => {
    expect(decode('filter[id__in]=x,y').filters?.[0]?.value).toEqual(['x', 'y']);
    expect(decode('filter[name__between]=a,b').filters?.[0]?.value).toEqual(['a', 'b']);
    expect(decode('filter[name__eq]=a,b').filters?.[0]?.value).toBe('a,b');
  });

  test('takes null=False for not null, and the other way round', () => {
    expect(decode('filter[name__null]=True').filters?.[0]?.modifier).toBe('null');
    expect(decode('filter[name__null]=').filters?.[0]?.modifier).toBe('null');
    expect(decode('filter[name__null]=False').filters?.[0]?.modifier).toBe('not_null');
    expect(decode('filter[name__not_null]=False').filters?.[0]?.modifier).toBe('null');
  });

  test('takes a limit up to a thousand', () => {
    expect(decode('limit=1000').limit).toBe(1000);
  });

  test.each([
    ['limit=1001', 'limit'],
    ['limit=0', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=', 'limit'],
    ['limit=0x10', 'limit'],
    ['reverse=maybe', 'reverse'],
    ['filter[email__eq]=x', 'filtered by id, name, keywords, group_id, not by email'],
    ['filter[name__like]=x', 'the modifiers are'],
    ['filter[name__between]=x', 'two values'],
    ['filter[name__between]=x&filter[name__between]=y&filter[name__between]=z', 'two values'],
    ['filter[__proto____eq]=x', 'not by'],
    ['filter[constructor]=x', 'not by constructor'],
  ])('%s is refused', (text, message) => {
    expect(() => decode(text)).toThrow(QueryError);
    expect(() => decode(text)).toThrow(message);
  });

  test('does not let a cursor reach a prototype', () => {
    const { last } = decode('last[__proto__]=x&last[id]=1');
    expect(last).toEqual({ id: '1' });
    expect(Object.getPrototypeOf(last)).toBe(Object.prototype);
  });

  test.each<[Filter, string]>([
    [{ field: 'id', modifier: 'in', value: [] }, 'at least one'],
    [{ field: 'id', modifier: 'between', value: ['a'] }, 'two values'],
    [{ field: 'id', modifier: 'eq', value: null }, 'one value'],
    [{ field: 'id', modifier: 'eq', value: ['a', 'b'] }, 'one value'],
  ])('%j is not sent: it would find what was not meant', (filter, message) => {
    expect(() => encodeListQuery({ filters: [filter] })).toThrow(message);
  });

  test('leaves out what is not set', () => {
    expect(encodeListQuery({}).toString()).toBe('');
    expect(encodeListQuery({ search: '', filters: [], last: {} }).toString()).toBe('');
  });

  test('writes booleans as Python does', () => {
    expect(encodeListQuery({ reverse: true }).toString()).toBe('reverse=True');
  });

  test('comes back from its wire form as it was, every modifier and every character of its values', () => {
    const text = fc.string({ unit: 'grapheme' });
    const value = (modifier: Filter['modifier']): fc.Arbitrary<Filter['value']> => {
      switch (modifier) {
        case 'null':
        case 'not_null':
          return fc.constant(null);
        case 'in':
          return fc.uniqueArray(text, { minLength: 1, maxLength: 4 });
        case 'between':
          return fc.tuple(text, text);
        default:
          return text;
      }
    };
    const filter = fc.constantFrom(...filterModifiers).chain((modifier) =>
      fc.record({
        field: fc.constantFrom(...fields),
        modifier: fc.constant(modifier),
        value: value(modifier),
      }),
    );
    const query = fc.record(
      {
        limit: fc.integer({ min: 1, max: 1000 }),
        reverse: fc.boolean(),
        search: text.map((t) => t.toLowerCase()).filter((t) => t !== '' && t === t.toLowerCase()),
        filters: fc.uniqueArray(filter, {
          minLength: 1,
          maxLength: 5,
          selector: ({ field, modifier }) => `${field}__${modifier}`,
        }),
        last: fc.dictionary(
          fc.stringMatching(/^[\w.:-]{1,12}$/).filter((key) => key !== '__proto__'),
          text,
          {
            minKeys: 1,
          },
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(query, (sent) => {
        const wire = encodeListQuery(sent).toString();
        expect(decodeListQuery(new URLSearchParams(wire), fields)).toEqual(sent);
      }),
    );
  });
});

test.each([
  ['True', true],
  ['true', true],
  ['TRUE', true],
  ['1', true],
  ['False', false],
  ['false', false],
  ['0', false],
])('%s is %s', (text, value) => {
  expect(decodeBoolean('x', text)).toBe(value);
});
