import * as z from 'zod';

import { listOf, string, uuid } from '../../fields/index.ts';

/** What a run costs, and who may run it. */
export const serviceCharges = {
  charge_expression_platform: string({
    title: 'Charge of the platform',
    description:
      'What the platform takes for a run, in credits: an expression in Python’s syntax. Absent: nothing.',
    nullable: true,
  }),
  charge_expression_owner: string({
    title: 'Charge of the owner',
    description: 'What the owner of the service takes for a run, in credits, likewise. Absent: nothing.',
    nullable: true,
  }),
  organisations: listOf(z.guid(), {
    title: 'Organisations',
    description: 'The ids of the only organisations that may run it. Absent when all may.',
    nullable: true,
  }),
  organisation_charge_expressions: listOf(
    z.object({
      id: uuid({ title: 'Organisation', description: 'The id of the organisation.' }),
      platform: string({
        title: 'Charge of the platform',
        description: 'What the platform takes of it. Null: as of anyone.',
        nullable: true,
      }),
      owner: string({
        title: 'Charge of the owner',
        description: 'What the owner takes of it. Null: as of anyone.',
        nullable: true,
      }),
    }),
    {
      title: 'Charges by organisation',
      description: 'What certain organisations pay instead. Absent when all pay the same.',
      nullable: true,
    },
  ),
};
