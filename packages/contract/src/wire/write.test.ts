import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import { arbitraryOf } from '../../../../e2e/security/arbitrary.ts';
import * as models from '../models/index.ts';
import type { AnyModel } from '../models/index.ts';
import { presentBySchema, presentModel } from './model.ts';
import { JsonBytes } from './json-bytes.ts';
import { writerOf } from './write.ts';
import type { Writer } from './write-fields.ts';

const all = Object.values(models).filter(
  (each): each is typeof each & AnyModel => typeof each === 'object' && 'schema' in each && 'fields' in each,
) as AnyModel[];

/** What a writer writes of a value; null where it does not take it. It begins with little room, and where another ends. */
const written = (write: Writer, value: unknown): string | null => {
  const out = new JsonBytes(1);
  out.writeText('before');
  if (!write(value, out)) return null;
  return new TextDecoder().decode(out.bytes.subarray('"before"'.length, out.length));
};

describe.each(all.map((model) => [model.name, model] as const))('a %s', (_name, model) => {
  test('is written as its schema has it, or left to the schema to be refused', () => {
    for (const key of model.fields) {
      const schema = model.schema.shape[key]!;
      const write = writerOf(schema as never);
      if (!write) continue;
      fc.assert(
        fc.property(arbitraryOf(schema as never, fc.uuid()), (value) => {
          if (value === null || value === undefined) return;
          const text = written(write, value);
          if (text === null) return;
          expect(text).toBe(JSON.stringify(presentBySchema(model, key, value)));
        }),
        { numRuns: 40 },
      );
    }
  });
});

test('a model is the fields that it has, each as its schema has it', () => {
  const value = {
    id: '00000000-0000-4000-8000-000000000001',
    name: 'Ümlaut "quoted"',
    actions: [],
    metrics: [{ date: '2026-03-01T09:01:00.000000+00:00', cpu_seconds: 0.1 }],
    runtime: null,
    progress: 0,
    intermediate: false,
  };
  const { ProcessServiceExecution: model } = models;
  const fields = model.fields.filter((key) => Reflect.get(value, key) !== null && key in value);
  expect(JSON.stringify(presentModel(model, value as never))).toBe(
    JSON.stringify(
      Object.fromEntries(fields.map((key) => [key, presentBySchema(model, key, Reflect.get(value, key))])),
    ),
  );
});

test('nearly all fields are written without their schema', () => {
  const fields = all.flatMap((model) => model.fields.map((key) => [model, key] as const));
  const left = fields
    .filter(([model, key]) => !writerOf(model.schema.shape[key] as never))
    .map(([model, key]) => `${model.name}.${key}`);
  expect(left).toMatchInlineSnapshot(`
    [
      "User.email",
      "User.role",
      "User.default_output_storage_period",
      "Organisation.users",
      "Invitation.email",
      "Member.email",
      "DataFile.ingesters",
      "DataFile.stac_item",
      "Service.actions",
      "Service.urls",
      "Process.repeat_count",
      "Process.repeat_gap",
      "Process.repeat_offset",
      "Process.output_storage_period",
      "ProcessServiceExecution.actions",
      "Webhook.url",
      "WebhookDelivery.payload",
    ]
  `);
});

test('keys that the schema does not know are left out, and what is not as it has it is not written', () => {
  const write = writerOf(models.ProcessExecution.schema.shape.options)!;
  const option = {
    ssd_id: '00000000-0000-4000-8000-000000000001',
    name: 'resolution',
    required: true,
    data_type: 'numeric',
    secret: 'not for anybody',
  };
  const text = written(write, [option])!;
  expect(JSON.parse(text)).toEqual(presentBySchema(models.ProcessExecution, 'options', [option]));
  expect(text).not.toContain('secret');
  expect(written(write, [{ ...option, ssd_id: 'no id' }])).toBeNull();
  expect(() => presentModel(models.ProcessExecution, { options: [{ ...option, ssd_id: 'no id' }] })).toThrow(
    /options/,
  );
});

test('texts are written as JSON has them', () => {
  const write = writerOf(models.ProcessExecution.schema.shape.abort_reason)!;
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc.constantFrom('', '"', '\\', '\n', '\u007F', '\uD800', '\uDC00x', 'é', '😀', ' '.repeat(500)),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(written(write, text)).toBe(JSON.stringify(text));
    }),
    { numRuns: 1000 },
  );
});

test('a GUID is what the pattern of the schema takes for one', () => {
  const pattern = z.guid().def.pattern!;
  const write = writerOf(z.guid())!;
  const nearly = fc
    .tuple(fc.uuid(), fc.nat(36), fc.constantFrom('-', 'g', 'F', '', 'é', '😀', '\n', '0-'))
    .map(([id, place, other]) => id.slice(0, place) + other + id.slice(place + 1));
  const texts = fc.oneof(
    fc.uuid(),
    nearly,
    nearly.map((text) => text.toUpperCase()),
    fc.string(),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(written(write, text)).toBe(pattern.test(text) ? JSON.stringify(text) : null);
    }),
    { numRuns: 2000 },
  );
  // As many dashes too many as digits too few.
  expect(written(write, '0000000g-0000-4000-8000-00000000000-')).toBeNull();
});

test('a model of which nothing is known is an empty object', () => {
  expect(presentModel(models.ProcessExecution, {})).toEqual({});
});
