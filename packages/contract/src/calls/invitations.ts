import * as z from 'zod';

import { Invitation } from '../models/index.ts';
import { call, empty, flat, list, nested, object, one } from './define.ts';

const tag = 'Members';
const path = '/organisations/{organisation_id}/invitations';
const code = z.string().meta({ description: 'What stands behind `#code=` in the link.', format: 'password' });

export const listInvitations = call({
  tag,
  summary: 'List the open invitations',
  description: 'Oldest first, unless `reverse`. Those that are used, revoked or too old are gone.',
  method: 'GET',
  path,
  answer: list(Invitation),
  errors: ['forbidden'],
  extension: true,
});
export const createInvitation = call({
  tag,
  summary: 'Invite somebody',
  description:
    'Makes a link that is good for a week and serves once: hand it over to the person, who sets a password with it, or gives the one of the account that they have. The answer is the only one that carries it. It takes the place of an earlier invitation to the same address, and is good for as long as the one who made it may give these roles.',
  method: 'POST',
  path,
  body: flat(Invitation),
  answer: one(Invitation),
  errors: ['conflict', 'forbidden'],
  extension: true,
});
export const revokeInvitation = call({
  tag,
  summary: 'Revoke an invitation',
  description: 'Its link is good for nothing any more.',
  method: 'DELETE',
  path: `${path}/{invitation_id}` as const,
  answer: empty,
  errors: ['forbidden'],
  extension: true,
});
export const readInvitation = call({
  tag,
  summary: 'Read an invitation',
  description: 'For the person who has the link: who invites to what. It does not use it up.',
  method: 'POST',
  path: '/users/invitation',
  authenticated: false,
  body: nested('Invitation', z.object({ code })),
  answer: object(
    z.object({
      organisation_name: z.string().meta({ description: 'The organisation that invites.' }),
      email: z.string().meta({ description: 'The address of the person who is invited.' }),
      roles: z.array(z.string()).meta({ description: 'What the person may do as a member.' }),
      expires_at: z.string().meta({ description: 'Until when the link can be used.' }),
    }),
  ),
  idempotent: true,
  extension: true,
});
export const acceptInvitation = call({
  tag,
  summary: 'Accept an invitation',
  description:
    'Makes the person a member, and the link good for nothing any more. A person without an account gets one with the password, of at least 8 characters, among them a digit, a lower case letter, an upper case letter and a special character; one who has an account gives its password, and keeps it and their name.',
  method: 'POST',
  path: '/users/invitation/accept',
  authenticated: false,
  body: nested(
    'Invitation',
    z.object({
      code,
      password: z.string().meta({ description: 'The password.', format: 'password' }),
      given_name: z.string().max(200).nullish().meta({ description: 'The given name, for a new account.' }),
      family_name: z.string().max(200).nullish().meta({ description: 'The family name, for a new account.' }),
    }),
  ),
  answer: object(
    z.object({
      user_id: z.guid().meta({ description: 'The user who is a member now.' }),
      organisation_id: z.guid().meta({ description: 'The organisation.' }),
      email: z.string().meta({ description: 'The address by which the user logs in.' }),
    }),
  ),
  errors: ['conflict'],
  extension: true,
});
