import { jwtVerify, SignJWT } from 'jose';

import { CallError } from '@fusion-platform/contract';

import { signingKey } from '../../accounts/index.ts';
import type { Queries } from '../../database/index.ts';

const keyName = 'service-archives';

/** The secret of an address from which an archive can be had for an hour. */
export async function signArchive(queries: Queries, sha256: string): Promise<string> {
  return await new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(sha256)
    .setExpirationTime('1h')
    .sign(await signingKey(queries, keyName));
}

/** The checksum of the archive that a secret is for. @throws CallError `forbidden` for one that is forged, or has expired */
export async function readArchiveAddress(queries: Queries, token: string): Promise<string> {
  try {
    const key = await signingKey(queries, keyName);
    const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'] });
    if (payload.sub !== undefined && /^[0-9a-f]{64}$/.test(payload.sub)) return payload.sub;
  } catch (cause) {
    throw new CallError(
      'forbidden',
      'This is no address of an archive, or it has expired: ask for another one',
      {
        cause,
      },
    );
  }
  throw new CallError('forbidden', 'This is no address of an archive');
}
