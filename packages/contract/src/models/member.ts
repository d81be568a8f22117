import * as z from 'zod';

import { email, listOf, string, uuid } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';
import { stamps } from './parts/index.ts';

/** A user as a member of an organisation. Not part of the original API. */
export const Member = model(
  'Member',
  'Member',
  'A user who belongs to an organisation, and what they may do in it.',
  {
    ...stamps('membership'),
    id: uuid({ title: 'Id', description: 'The id of the user.', readOnly: true }),
    organisation_id: uuid({
      title: 'Organisation',
      description: 'The id of the organisation that the user belongs to.',
      readOnly: true,
    }),
    email: email({ title: 'E-mail address', description: 'The address of the user.' }),
    given_name: string({ title: 'Given name', description: 'The given name of the user.', readOnly: true }),
    family_name: string({
      title: 'Family name',
      description: 'The family name of the user.',
      readOnly: true,
    }),
    roles: listOf(z.string(), {
      title: 'Roles',
      description:
        'What the user may do: any of view_processing_chains, create_and_execute_processing_chains, audit_ssds, create_ssds and manage_organisation.',
    }),
  },
);
export type Member = ModelValue<typeof Member>;
