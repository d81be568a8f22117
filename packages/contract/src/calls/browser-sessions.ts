import * as z from 'zod';

import { call, empty, nested, object } from './define.ts';

const tag = 'Users';
const path = '/users/browser_session';

const Opened = z.object({
  user_id: z.guid().meta({ description: 'Who is logged in.' }),
  expires_at: z.string().meta({ description: 'When the session ends.' }),
});

export const openBrowserSession = call({
  tag,
  summary: 'Log in from a page of the platform',
  description:
    'The session is kept in a cookie that no script can read. It counts only for calls that a page of the platform itself makes, with the header `x-fusion-platform-session: cookie`. Takes an address and a password, or a code of `createSignInCode`.',
  method: 'POST',
  path,
  authenticated: false,
  body: nested(
    'User',
    z.object({
      email: z.string().nullish().meta({ description: 'The address of the user, unless `code` is given.' }),
      password: z.string().nullish().meta({ description: 'The password.', format: 'password' }),
      code: z.string().nullish().meta({ description: 'A code that logs in once.' }),
    }),
  ),
  answer: object(Opened),
  extension: true,
});
export const getBrowserSession = call({
  tag,
  summary: 'Ask who is logged in',
  method: 'GET',
  path,
  answer: object(Opened),
  extension: true,
});
export const closeBrowserSession = call({
  tag,
  summary: 'Log out from a page of the platform',
  description: 'Ends the session, and takes the cookie away.',
  method: 'DELETE',
  path,
  answer: empty,
  extension: true,
});
export const createSignInCode = call({
  tag,
  summary: 'Make a code that logs in once',
  description: 'For a link that opens the dashboard: good for a quarter of an hour, and for one use.',
  method: 'POST',
  path: '/users/{user_id}/sign_in_code',
  answer: object(
    z.object({
      code: z.string().meta({ description: 'The code. Keep it secret.' }),
      expires_at: z.string().meta({ description: 'Until when it can be used.' }),
    }),
  ),
  extension: true,
});
