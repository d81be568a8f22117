import * as z from 'zod';

import { Member } from '../models/index.ts';
import { call, empty, flat, list, nested, one } from './define.ts';

const tag = 'Members';
const path = '/organisations/{organisation_id}/members';
const member = `${path}/{member_id}` as const;

export const listMembers = call({
  tag,
  summary: 'List the members',
  description: 'With their roles, those who became members first before the others, unless `reverse`.',
  method: 'GET',
  path,
  answer: list(Member),
  extension: true,
});
export const addMember = call({
  tag,
  summary: 'Add a member',
  description:
    'By the address of a user who belongs to another organisation of the one who asks. Anybody else is answered with 404, whether they have an account or not: invite them. Nobody gives a role that they lack themselves.',
  method: 'POST',
  path,
  body: flat(Member),
  answer: one(Member),
  errors: ['conflict', 'forbidden'],
  extension: true,
});
export const changeMemberRoles = call({
  tag,
  summary: 'Change the roles of a member',
  description:
    'Takes all roles that the member is to have. Nobody gives a role that they lack themselves, and the last one who manages the organisation goes on managing it. Whatever the member does without a role that it needs ends at once.',
  method: 'POST',
  path: `${member}/change_roles` as const,
  body: nested(
    'Member',
    z.object({
      roles: z.array(z.string()).meta({ description: 'The roles from now on.' }),
      from: z.array(z.string()).nullish().meta({
        description:
          'The roles as the one who changes them saw them: when the member has others meanwhile, nothing changes and the answer is 409.',
      }),
    }),
  ),
  answer: one(Member),
  errors: ['conflict', 'forbidden'],
  idempotent: true,
  extension: true,
});
export const removeMember = call({
  tag,
  summary: 'Remove a member',
  description:
    'Ends at once what the user does in the organisation. The user, and what the organisation has, stay. Members may remove themselves; the last one who manages the organisation cannot be removed.',
  method: 'DELETE',
  path: member,
  answer: empty,
  errors: ['conflict', 'forbidden'],
  extension: true,
});
