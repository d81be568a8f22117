import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import * as contract from '../src/index.ts';
import type { AnyModel } from '../src/index.ts';
import { describeFields } from './describe-fields.ts';

const models: readonly AnyModel[] = [
  contract.User,
  contract.Organisation,
  contract.Credit,
  contract.Data,
  contract.DataFile,
  contract.Service,
  contract.Process,
  contract.ProcessExecution,
  contract.ProcessServiceExecution,
  contract.ProcessServiceExecutionLog,
  contract.ProcessServiceExecutionAttempt,
  contract.Run,
  contract.Webhook,
  contract.WebhookDelivery,
  contract.UserSession,
  contract.ServiceVersion,
  contract.Member,
  contract.Invitation,
];
/** The models that the original API does not have. */
const ours: readonly AnyModel[] = [
  contract.ProcessServiceExecutionAttempt,
  contract.Run,
  contract.Webhook,
  contract.WebhookDelivery,
  contract.UserSession,
  contract.ServiceVersion,
  contract.Member,
  contract.Invitation,
];
const described = Object.fromEntries(models.map(({ name, schema }) => [name, describeFields(schema)]));
const ofOriginal = Object.fromEntries(
  models
    .filter((model) => !ours.includes(model))
    .map(({ name, schema }) => [name, describeFields(schema, { extensions: false })]),
);

// The list that was read off the original API stands beside the repository where it was made, and nowhere else.
const original = fileURLToPath(new URL('../../../../shared/contract/models.json', import.meta.url));
const known = existsSync(original);

test.skipIf(!known)(
  `every model has the fields, order, types and flags of the original API${known ? '' : ' (skipped: its list is not here)'}`,
  () => {
    // As text, since the order of the fields is the order of the columns of a CSV.
    const expected: unknown = JSON.parse(readFileSync(original, 'utf8'));
    expect(JSON.stringify(ofOriginal, null, 1)).toBe(JSON.stringify(expected, null, 1));
  },
);

test('no field, type, order or flag of a model changes unnoticed', async () => {
  await expect(`${JSON.stringify(described, null, 2)}\n`).toMatchFileSnapshot('models.snapshot.json');
});

describe.each(models)('$name', ({ name, schema }) => {
  test('has a title and a description on every field, at any depth, in words of its own', () => {
    expect(schema.meta()).toMatchObject({ id: name, title: expect.any(String) as string });
    expect(undescribed(schema, name)).toEqual([]);
  });
});

function undescribed(schema: z.ZodObject, path: string): string[] {
  return Object.entries(schema.shape).flatMap(([key, field]) => {
    const here = `${path}.${key}`;
    const { title, description } = (field as z.ZodType).meta() ?? {};
    const nested = nestedObject(field as z.ZodType);
    const fine = title && /^[A-Z].+\.$/su.test(description ?? '') && !/TBD|TODO/u.test(description ?? '');
    return [...(fine ? [] : [here]), ...(nested ? undescribed(nested, here) : [])];
  });
}

function nestedObject(schema: z.ZodType): z.ZodObject | undefined {
  if (schema instanceof z.ZodObject) return schema;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return nestedObject(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodArray ? nestedObject(schema.element as z.ZodType) : undefined;
}
