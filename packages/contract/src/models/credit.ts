import * as z from 'zod';

import { datetime, decimal, listOf } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';
import { owner, stamps } from './parts/index.ts';

/** The credits of an organisation. */
export const Credit = model(
  'Credit',
  'Credit',
  'What an organisation has left to pay with, and what it has spent. All amounts are in credits (FPU).',
  {
    ...stamps('credit record'),
    organisation_id: owner('credits'),
    any_credits: decimal({
      title: 'For anything',
      description: 'Credits that pay for whatever is bought.',
      readOnly: true,
    }),
    cloud_storage_credits: decimal({
      title: 'For data storage',
      description: 'Credits that pay only for keeping data.',
      readOnly: true,
    }),
    registry_storage_credits: decimal({
      title: 'For image storage',
      description: 'Credits that pay only for keeping the images of services.',
      readOnly: true,
    }),
    runtime_any_credits: decimal({
      title: 'For any execution',
      description: 'Credits that pay only for executions, of whichever service.',
      readOnly: true,
    }),
    runtime_ssds: listOf(
      z.object({
        ssds: listOf(z.guid(), { title: 'SSDs', description: 'The SSDs whose executions they pay for.' }),
        credits: decimal({ title: 'Credits', description: 'How many there are.' }),
      }),
      {
        title: 'For certain services',
        description:
          'Credits that pay only for executions of the SSDs listed with them. Absent when there are none.',
        nullable: true,
        readOnly: true,
      },
    ),
    spend: listOf(
      z.object({
        month: datetime({ title: 'Month', description: 'The start of the month.' }),
        credits: decimal({ title: 'Credits', description: 'What was spent in that month.' }),
      }),
      {
        title: 'Spending',
        description: 'What was spent, month by month, oldest first. Absent when nothing was.',
        nullable: true,
        readOnly: true,
      },
    ),
  },
);
export type Credit = ModelValue<typeof Credit>;
