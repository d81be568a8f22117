import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { buildPath, PathError } from './path.ts';

describe('a path', () => {
  test('is filled with its parameters', () => {
    expect(buildPath('/a/{a_id}/b/{b_id}', { a_id: 'x', b_id: 'y' })).toBe('/a/x/b/y');
    expect(buildPath('/a', {})).toBe('/a');
  });

  test.each(['', '.', '..', '...', '\u{d800}'])('cannot hold %j', (value) => {
    expect(() => buildPath('/a/{id}', { id: value })).toThrow(PathError);
  });

  test.each([undefined, null, 1, {}, ['x']])('cannot hold %j, though types were ignored', (value) => {
    expect(() => buildPath('/a/{id}', { id: value as string })).toThrow(PathError);
  });

  test('stays the same path whatever its parameters hold', () => {
    const id = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/^\.+$/.test(text));
    fc.assert(
      fc.property(id, (value) => {
        const url = new URL(`http://host${buildPath('/a/{id}/b', { id: value })}?q=1`);
        const [, a, held, b, ...rest] = url.pathname.split('/');
        expect([a, decodeURIComponent(held!), b, rest, url.search, url.hash]).toEqual([
          'a',
          value,
          'b',
          [],
          '?q=1',
          '',
        ]);
      }),
    );
  });
});
