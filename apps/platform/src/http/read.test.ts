import { calls, ModelError } from '@fusion-platform/contract';
import { expect, test } from 'vitest';
import type { z } from 'zod';

import { readBody } from './read.ts';
import type { AnyCall } from './route.ts';

const withBody = Object.entries(calls as Readonly<Record<string, AnyCall>>).flatMap(([name, call]) =>
  call.body.kind === 'none' ? [] : [{ name, call, body: call.body }],
);

const nameOf = (body: (typeof withBody)[number]['body']): string =>
  body.kind === 'flat' ? body.model.name : body.name;

/** What a call says of a body; undefined where it takes it. */
function told(call: AnyCall, raw: unknown): ModelError | undefined {
  try {
    readBody(call, raw);
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
  return undefined;
}

test.each(withBody)(
  '$name says what it expects in place of a body that is missing or something else',
  ({ call, body }) => {
    const name = nameOf(body);
    for (const raw of [undefined, null, [], 'text', 5]) {
      expect(told(call, raw)?.issues).toEqual([
        { path: 'body', message: expect.stringMatching(/expected .*JSON object/) },
      ]);
      expect(told(call, raw)?.message).toContain(body.kind === 'flat' ? `{"${name}[` : `{"${name}": {"`);
    }
  },
);

test.each(withBody)('$name names the fields of a body that is empty or of another form', ({ call, body }) => {
  const name = nameOf(body);
  const wrong =
    body.kind === 'flat'
      ? [{ [name]: {} }]
      : [{}, { [`${name}[name]`]: 'x' }, { [name]: [] }, { [name]: null }];
  for (const raw of wrong) expect(told(call, raw)?.issues).toMatchObject([{ path: name }]);
});

const nested = withBody.flatMap(({ name, call, body }) =>
  body.kind === 'nested' ? [{ name, call, body }] : [],
);

test.each(nested)('$name names the fields that an object without fields lacks', ({ call, body }) => {
  const named = told(call, { [body.name]: {} })?.issues.map(({ path }) => path.split(/[.[]/)[0]) ?? [];
  const { shape } = body.schema as { readonly shape: Readonly<Record<string, z.ZodType>> };
  const required = Object.keys(shape).filter((key) => !shape[key]!.safeParse(undefined).success);
  expect(new Set(named)).toEqual(new Set(required));
});

test('a file without its name is refused by that name', () => {
  const call = calls.addFile as unknown as AnyCall;
  expect(told(call, {})?.message).toBe(
    'Data is not valid: Data: is required: expected the JSON object {"Data": {"name": …, "file_type": …}}',
  );
  expect(told(call, { Data: { file_type: 'GeoTIFF' } })?.issues).toEqual([
    { path: 'name', message: 'is required' },
  ]);
});
