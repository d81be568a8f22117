import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { arbitraryOf } from '../../../../e2e/security/arbitrary.ts';
import * as models from '../models/index.ts';
import type { AnyModel } from '../models/index.ts';
import { presentBySchema } from './model.ts';
import { presenterOf, unlike } from './present.ts';

const all = Object.values(models).filter(
  (each): each is typeof each & AnyModel => typeof each === 'object' && 'schema' in each && 'fields' in each,
) as AnyModel[];

describe.each(all.map((model) => [model.name, model] as const))('a %s', (_name, model) => {
  test('is presented as its schema has it, or left to the schema to be refused', () => {
    for (const key of model.fields) {
      const schema = model.schema.shape[key]!;
      const present = presenterOf(schema as never);
      if (!present) continue;
      fc.assert(
        fc.property(arbitraryOf(schema as never, fc.uuid()), (value) => {
          if (value === null || value === undefined) return;
          const presented = present(value);
          if (presented === unlike) return;
          expect(JSON.stringify(presented)).toBe(JSON.stringify(presentBySchema(model, key, value)));
        }),
        { numRuns: 40 },
      );
    }
  });
});

test('nearly all fields are presented without their schema', () => {
  const fields = all.flatMap((model) => model.fields.map((key) => [model, key] as const));
  const left = fields
    .filter(([model, key]) => !presenterOf(model.schema.shape[key] as never))
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

test('keys that the schema does not know are left out, and what is not as it has it is not presented', () => {
  const present = presenterOf(models.ProcessExecution.schema.shape.options)!;
  const option = {
    ssd_id: '00000000-0000-4000-8000-000000000001',
    name: 'resolution',
    required: true,
    data_type: 'numeric',
    secret: 'not for anybody',
  };
  const presented = present([option]);
  expect(presented).toEqual(presentBySchema(models.ProcessExecution, 'options', [option]));
  expect(JSON.stringify(presented)).not.toContain('secret');
  expect(present([{ ...option, ssd_id: 'no id' }])).toBe(unlike);
});
