import * as z from 'zod';

import { User, UserSession } from '../models/index.ts';
import { call, empty, flat, list, nested, object, one } from './define.ts';

const tag = 'Users';

export const login = call({
  tag,
  summary: 'Log in',
  description:
    'Takes an e-mail address or a user id, and the password. `id_token` is a JWT whose `sub` is the id of the user; `access_token` goes into the header of every other call, and lasts a day at most.',
  method: 'POST',
  path: '/users/login',
  authenticated: false,
  body: nested(
    'User',
    z.object({
      email: z
        .string()
        .nullish()
        .meta({ description: 'The address of the user, unless `user_id` is given.' }),
      user_id: z.string().nullish().meta({ description: 'The id of the user, unless `email` is given.' }),
      password: z.string().meta({ description: 'The password.', format: 'password' }),
    }),
  ),
  answer: object(z.object({ id_token: z.string(), access_token: z.string() })),
});

export const getUser = call({
  tag,
  summary: 'Get a user',
  description:
    'The hidden field `organisations` gives the ids of the organisations that the user belongs to.',
  method: 'GET',
  path: '/users/{user_id}',
  answer: one(User),
});
export const updateUser = call({
  tag,
  summary: 'Change a user',
  method: 'PATCH',
  path: '/users/{user_id}',
  body: flat(User),
  answer: one(User),
});
export const deleteUser = call({
  tag,
  summary: 'Delete a user',
  method: 'DELETE',
  path: '/users/{user_id}',
  answer: empty,
  errors: ['conflict', 'forbidden'],
});
export const changePassword = call({
  tag,
  summary: 'Change the password',
  description:
    'The new one needs at least 8 characters, among them a digit, a lower case letter, an upper case letter and a special character.',
  method: 'POST',
  path: '/users/{user_id}/change_password',
  body: nested('User', z.object({ old_password: z.string(), new_password: z.string() })),
  answer: empty,
});
export const logout = call({
  tag,
  summary: 'Log out',
  description: 'Ends the session that asks: its access token is good for nothing any more.',
  method: 'POST',
  path: '/users/{user_id}/logout',
  answer: empty,
  idempotent: true,
  extension: true,
});
export const listSessions = call({
  tag,
  summary: 'List the sessions',
  description: 'The logins of the user that have not ended, oldest first, unless `reverse`.',
  method: 'GET',
  path: '/users/{user_id}/sessions',
  answer: list(UserSession),
  extension: true,
});
export const endSession = call({
  tag,
  summary: 'End a session',
  description: 'On this or another machine: its access token is good for nothing any more.',
  method: 'DELETE',
  path: '/users/{user_id}/sessions/{session_id}',
  answer: empty,
  extension: true,
});
