import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';

import { CallError } from '@fusion-platform/contract';
import type { Role } from '@fusion-platform/contract';

import { rolesOf, signingKey } from '../../accounts/index.ts';
import type { Queries } from '../../database/index.ts';

const keyName = 'service-archives';

const Claims = z.object({
  sub: z.string().regex(/^[0-9a-f]{64}$/),
  organisation: z.guid(),
  by: z.guid(),
});

/** Of these who may ask for an address has one. */
const authors: readonly Role[] = ['create_ssds', 'audit_ssds'];

/** The secret of an address from which an archive can be had for an hour, by whom it was made for. */
export async function signArchive(
  queries: Queries,
  sha256: string,
  { organisationId, userId }: { readonly organisationId: string; readonly userId: string },
): Promise<string> {
  return await new SignJWT({ organisation: organisationId, by: userId })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(sha256)
    .setExpirationTime('1h')
    .sign(await signingKey(queries, keyName));
}

/**
 * The checksum of the archive that a secret is for.
 * @throws CallError `forbidden` for one that is forged, has expired, or was made for somebody who may not ask any more
 */
export async function readArchiveAddress(queries: Queries, token: string): Promise<string> {
  const claims = await readClaims(queries, token);
  const roles = await rolesOf(queries, claims.organisation, claims.by);
  if (!authors.some((role) => roles?.includes(role)))
    throw new CallError('forbidden', 'Who asked for this address of an archive may not have it any more');
  return claims.sub;
}

async function readClaims(queries: Queries, token: string): Promise<z.output<typeof Claims>> {
  try {
    const key = await signingKey(queries, keyName);
    const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'] });
    return Claims.parse(payload);
  } catch (cause) {
    throw new CallError(
      'forbidden',
      'This is no address of an archive, or it has expired: ask for another one',
      { cause },
    );
  }
}
