import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import { arbitraryOf } from '../../../../e2e/security/arbitrary.ts';
import * as models from '../models/index.ts';
import type { AnyModel } from '../models/index.ts';
import { presentBySchema, presentModel, writeModel } from './model.ts';
import { isGuid, writerOf } from './write.ts';

const all = Object.values(models).filter(
  (each): each is typeof each & AnyModel => typeof each === 'object' && 'schema' in each && 'fields' in each,
) as AnyModel[];

describe.each(all.map((model) => [model.name, model] as const))('a %s', (_name, model) => {
  test('is written as its schema has it, or left to the schema to be refused', () => {
    for (const key of model.fields) {
      const schema = model.schema.shape[key]!;
      const write = writerOf(schema as never);
      if (!write) continue;
      fc.assert(
        fc.property(arbitraryOf(schema as never, fc.uuid()), (value) => {
          if (value === null || value === undefined) return;
          const written = write(value);
          if (written === null) return;
          expect(written).toBe(JSON.stringify(presentBySchema(model, key, value)));
        }),
        { numRuns: 40 },
      );
    }
  });
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
  const written = write([option])!;
  expect(JSON.parse(written)).toEqual(presentBySchema(models.ProcessExecution, 'options', [option]));
  expect(written).not.toContain('secret');
  expect(write([{ ...option, ssd_id: 'no id' }])).toBeNull();
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
      expect(write(text)).toBe(JSON.stringify(text));
    }),
    { numRuns: 1000 },
  );
});

test('a GUID is what the pattern of the schema takes for one', () => {
  const pattern = z.guid().def.pattern!;
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
      expect(isGuid(text)).toBe(pattern.test(text));
    }),
    { numRuns: 2000 },
  );
  // As many dashes too many as digits too few.
  expect(isGuid('0000000g-0000-4000-8000-00000000000-')).toBe(false);
});

test('a model of which nothing is known is an empty object', () => {
  expect(writeModel(models.ProcessExecution, {})).toBe('{}');
});
