import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';

import { CallError } from '@fusion-platform/contract';

const lifetime = { upload: '24h', download: '1h' } as const;

const Claims = z.object({
  use: z.enum(['upload', 'download']),
  sub: z.string(),
  preview: z.boolean().default(false),
  by: z.guid().optional(),
});

/** What a signed address is good for: one file, one way. */
export interface Address {
  readonly use: 'upload' | 'download';
  /** Id of the row in data_files. */
  readonly id: string;
  readonly preview: boolean;
  /** The user who asked for it: it is good for as long as they may. */
  readonly by: string | undefined;
}

export async function signAddress(key: Uint8Array, { use, id, preview, by }: Address): Promise<string> {
  return await new SignJWT({ use, ...(preview ? { preview } : {}), ...(by ? { by } : {}) })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(id)
    .setExpirationTime(lifetime[use])
    .sign(key);
}

/** @throws CallError `forbidden` for an address that is forged, has expired or is for something else */
export async function readAddress(key: Uint8Array, token: string, use: Address['use']): Promise<Address> {
  try {
    const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'] });
    const claims = Claims.parse(payload);
    if (claims.use === use) return { use, id: claims.sub, preview: claims.preview, by: claims.by };
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      throw new CallError('forbidden', `This ${use} address has expired: ask for another one`, {
        cause: error,
      });
    }
  }
  throw new CallError('forbidden', `This is no ${use} address of the platform`);
}
