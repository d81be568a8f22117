import { asc, sql } from 'drizzle-orm';

import { CallError } from '@fusion-platform/contract';

import { tables } from '../database/index.ts';
import type { Database } from '../database/index.ts';
import { makeSignInCode } from './sign-in-codes.ts';
import { signingKey } from './tokens.ts';

export interface SignInLink {
  readonly email: string;
  readonly url: string;
  readonly expiresAt: Date;
}

/**
 * An address of the dashboard that logs a user in without a password, once.
 * @param email whom; the user who was made first where none is named
 * @param platform the address of the platform
 * @throws CallError `not_found`
 */
export async function createSignInLink(
  { queries }: Pick<Database, 'queries'>,
  email: string | undefined,
  platform: string,
): Promise<SignInLink> {
  const { users } = tables;
  const [user] = await queries
    .select({ id: users.id, email: users.email })
    .from(users)
    .where(email === undefined ? undefined : sql`lower(${users.email}) = ${email.toLowerCase()}`)
    .orderBy(asc(users.created_at))
    .limit(1);
  if (!user)
    throw new CallError(
      'not_found',
      email === undefined
        ? 'There is no user yet: the first start of the platform makes one'
        : `There is no user ${email}`,
    );
  const { code, expiresAt } = await makeSignInCode(queries, await signingKey(queries), user.id);
  return { email: user.email, url: `${platform}/sign-in#code=${code}`, expiresAt };
}
