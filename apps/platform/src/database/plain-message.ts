import { getSystemErrorMessage } from 'node:util';

import { DrizzleQueryError } from 'drizzle-orm';

/**
 * What went wrong, as users may read it: without what the database was asked, and without the path of this machine that
 * the system names. The log of the platform has all of it.
 */
export function plainMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof DrizzleQueryError && error.cause) return plainMessage(error.cause);
  const { code, errno, syscall } = error as NodeJS.ErrnoException;
  return code !== undefined && errno !== undefined && syscall !== undefined
    ? `${code}: ${getSystemErrorMessage(errno)} (${syscall})`
    : error.message;
}
