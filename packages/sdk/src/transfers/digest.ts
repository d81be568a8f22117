import { runtime } from '#runtime';

import type { Hasher } from '../runtime/runtime.ts';

/** The SHA-256 that an answer promises of the whole file, in base64 (RFC 9530, or a store's own header). */
export function promisedDigest(headers: Headers): string | undefined {
  const fields = headers.get('repr-digest') ?? headers.get('content-digest') ?? '';
  return /sha-256=:([A-Za-z0-9+/=]+):/.exec(fields)?.[1] ?? headers.get('x-amz-checksum-sha256') ?? undefined;
}

/** @param size how many bytes there will be, where another thread can read them */
export function startDigest(size: number | undefined): Hasher {
  return runtime.sha256(size);
}
