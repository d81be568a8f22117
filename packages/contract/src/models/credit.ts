import { z } from 'zod';

import { datetime, decimal, listOf, uuid } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';

export const Credit = model('Credit', 'Credit', 'TBD', {
  id: uuid({ title: 'Id', description: 'TBD', readOnly: true }),
  created_at: datetime({ title: 'Created at', description: 'TBD', readOnly: true }),
  updated_at: datetime({ title: 'Updated at', description: 'TBD', readOnly: true }),
  organisation_id: uuid({ title: 'Organisation id', description: 'TBD', readOnly: true }),
  any_credits: decimal({ title: 'Any credits', description: 'TBD', readOnly: true }),
  cloud_storage_credits: decimal({ title: 'Cloud storage credits', description: 'TBD', readOnly: true }),
  registry_storage_credits: decimal({
    title: 'Registry storage credits',
    description: 'TBD',
    readOnly: true,
  }),
  runtime_any_credits: decimal({ title: 'Runtime any credits', description: 'TBD', readOnly: true }),
  runtime_ssds: listOf(
    z.object({
      ssds: listOf(z.guid(), { title: 'Ssds', description: 'TBD' }),
      credits: decimal({ title: 'Credits', description: 'TBD' }),
    }),
    { title: 'Runtime ssds', description: 'TBD', nullable: true, readOnly: true },
  ),
  spend: listOf(
    z.object({
      month: datetime({ title: 'Month', description: 'TBD' }),
      credits: decimal({ title: 'Credits', description: 'TBD' }),
    }),
    { title: 'Spend', description: 'TBD', nullable: true, readOnly: true },
  ),
});
export type Credit = ModelValue<typeof Credit>;
