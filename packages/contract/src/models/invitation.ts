import * as z from 'zod';

import { datetime, email, listOf, string, uuid } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';
import { owner, stamps } from './parts/index.ts';

/** An invitation that is open. Not part of the original API. */
export const Invitation = model(
  'Invitation',
  'Invitation',
  'A link by which somebody becomes a member of an organisation. It serves once, and for a limited time.',
  {
    ...stamps('invitation'),
    organisation_id: owner('invitation'),
    email: email({ title: 'E-mail address', description: 'The address of the person who is invited.' }),
    roles: listOf(z.string(), {
      title: 'Roles',
      description:
        'What the person may do as a member: any of view_processing_chains, create_and_execute_processing_chains, audit_ssds, create_ssds and manage_organisation.',
    }),
    invited_by: uuid({
      title: 'Invited by',
      description: 'The id of the user who made the invitation.',
      readOnly: true,
    }),
    expires_at: datetime({
      title: 'Expires at',
      description: 'Until when the link can be used.',
      readOnly: true,
    }),
    url: string({
      title: 'Link',
      description:
        'The address to hand over to the person and to nobody else: only in the answer to the call that makes the invitation.',
      nullable: true,
      readOnly: true,
    }),
  },
);
export type Invitation = ModelValue<typeof Invitation>;
