import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { evaluate, ExpressionError, holds } from './expressions.ts';
import type { Manifest } from '../catalogue/index.ts';
import { priceOf } from './price.ts';

describe('an expression in Python’s syntax', () => {
  test.each([
    [
      'latest_date or ((not latest_date) and (start_date is not None))',
      { latest_date: false, start_date: null },
      false,
    ],
    [
      'latest_date or ((not latest_date) and (start_date is not None))',
      { latest_date: false, start_date: 'x' },
      true,
    ],
    ['0', {}, false],
    ['""', {}, false],
    ['[] or [0]', {}, true],
    ['1 <= resolution < 100', { resolution: 30 }, true],
    ['bool', { bool: 1 }, true],
    ['None', {}, false],
  ])('%s with %j holds: %j', (expression, names, expected) => {
    expect(holds(expression, names)).toBe(expected);
  });

  test.each([
    ['round(input_1_area_km2 * 0.01, 2) if big else 1', { input_1_area_km2: 314.159, big: true }, 3.14],
    ['max(1, 2 ** 10)', {}, 1024],
    ['name + "!"  # a comment', { name: 'a' }, 'a!'],
    ['None', {}, null],
    ['resolution // 2 + scale', { resolution: 5, scale: 0.5 }, 2.5],
    ['"b" in bands.split(",")', { bands: 'a,b' }, true],
    ['10 ** 20', {}, 1e20],
  ])('%s with %j is %j', (expression, names, expected) => {
    expect(evaluate(expression, names)).toBe(expected);
  });

  test.each([
    ['1 +', /SyntaxError/],
    ['import os', /SyntaxError/],
    ['open("/etc/passwd").read()', /.+/],
    ['__import__("os").system("true")', /.+/],
    ['nowhere', /nowhere/],
    ['1 / 0', /ZeroDivisionError/],
    ['sum(range(10 ** 12))', /time limit/],
    ['[0] * 10 ** 9', /memory limit/],
    ['10 ** 10 ** 6', /4300 digits/],
    ['"a" * 10 ** 9', /memory limit/],
    ['(lambda f: f(f))(lambda f: f(f))', /recursion depth/],
    [`${'('.repeat(10_000)}1${')'.repeat(10_000)}`, /too deeply nested/],
    ['(', /SyntaxError/],
    ['a = 1', /SyntaxError/],
    ['{"a": 1}', /no number, text, boolean or None/],
  ])('%s ends with its reason', (expression, reason) => {
    expect(() => evaluate(expression, {})).toThrow(ExpressionError);
    expect(() => evaluate(expression, {})).toThrow(reason);
  });
});

test('whatever an author writes is worked out or ends with its reason', () => {
  const words = fc.constantFrom(
    '1',
    'x',
    '+',
    '**',
    '(',
    ')',
    'if',
    'else',
    'for',
    'in',
    'not',
    '"',
    '{',
    ':',
    '\n',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(words, { maxLength: 12 }).map((parts) => parts.join(' ')),
  );
  fc.assert(
    fc.property(
      texts,
      fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null)),
      (expression, x) => {
        const reasons: unknown[] = [];
        for (const work of [evaluate, holds])
          try {
            work(expression, { x });
          } catch (error) {
            reasons.push(error);
          }
        expect(reasons.filter((reason) => !(reason instanceof ExpressionError))).toEqual([]);
      },
    ),
  );
});

describe('a price', () => {
  const priced = (
    platform: string | null,
    owner: string | null,
    names = {},
    own: Partial<Manifest['organisation_charge_expressions'][number]>[] = [],
  ) =>
    priceOf(
      {
        charge_expression_platform: platform,
        charge_expression_owner: owner,
        organisation_charge_expressions: own,
      } as unknown as Manifest,
      names,
      'an organisation',
    ).toFixed();

  test('is what the service asks of this very organisation, where it asks something else of it', () => {
    const others = { id: 'another', platform: '100', owner: '100' };
    const own = { id: 'an organisation', platform: null, owner: 'area * 0.01' };
    expect(priced('2', '3', { area: 40 }, [others])).toBe('5');
    expect(priced('2', '3', { area: 40 }, [others, own])).toBe('2.4');
    expect(priced('2', '3', {}, [{ ...own, platform: '0', owner: '0' }])).toBe('0');
  });

  test('is the sum of both charges, exact to six places', () => {
    expect(priced('0.1', '0.2')).toBe('0.3');
    expect(priced('1 + input_1_area_km2 / 100', null, { input_1_area_km2: 313.77284 })).toBe('4.137728');
    expect(priced(null, null)).toBe('0');
  });

  test('of any two charges is their exact decimal sum', () => {
    const millionths = fc.integer({ min: 0, max: 1_000_000_000 });
    fc.assert(
      fc.property(millionths, millionths, (a, b) => {
        const text = (n: number): string => `${Math.floor(n / 1e6)}.${String(n % 1e6).padStart(6, '0')}`;
        const sum = text(a + b).replace(/\.?0+$/, '');
        expect(priced(text(a), text(b))).toBe(sum);
      }),
    );
  });

  test.each(['1e13', '-1', 'None', '"5"', 'float("nan")', 'float("inf")', 'True'])(
    '%s is no charge',
    (expression) => {
      expect(() => priced(expression, null)).toThrow(/no charge from 0/);
    },
  );
});
