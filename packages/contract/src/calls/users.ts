import { z } from 'zod';

import { User } from '../models/index.ts';
import { call, empty, flat, nested, object, one } from './define.ts';

const tag = 'Users';

export const login = call({
  tag,
  summary: 'Log in',
  method: 'POST',
  path: '/users/login',
  authenticated: false,
  body: nested(
    'User',
    z.object({
      email: z.string().nullish(),
      user_id: z.string().nullish(),
      password: z.string(),
    }),
  ),
  answer: object(z.object({ id_token: z.string(), access_token: z.string() })),
  errors: ['bad_request'],
});

export const getUser = call({
  tag,
  summary: 'Get a user',
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
  errors: ['invalid_model'],
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
  method: 'POST',
  path: '/users/{user_id}/change_password',
  body: nested('User', z.object({ old_password: z.string(), new_password: z.string() })),
  answer: empty,
  errors: ['bad_request'],
});
