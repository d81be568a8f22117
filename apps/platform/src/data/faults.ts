/** A file that has failed analysis this often, on a platform that lived, is given up. */
export const mostFaults = 3;
/**
 * A file that a platform was lost over this often is given up. A platform is mostly lost for reasons of its own (a
 * deployment, a machine that restarts), and analysis runs in a process apart: so the bound is a high one.
 */
export const mostLosses = 20;

/** The system's own troubles, which pass or are mended, with nothing wrong with the file. */
const passing = new Set([
  'EACCES',
  'EAGAIN',
  'EBUSY',
  'EDQUOT',
  'EIO',
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'ENOSPC',
  'EPERM',
  'EROFS',
  // A store of objects that does not answer, or has no room.
  'storage_full',
  'unavailable',
]);

/** What PostgreSQL refuses because of the values themselves (its class 22). */
const badValue = /^22[0-9A-Z]{3}$/;

/**
 * Whether trying again is likely to fail again, since the content has to do with it: not so for a full disk, or a
 * database that is away.
 */
export function isFaultOfContent(error: unknown, { storing }: { readonly storing: boolean }): boolean {
  const codes = codesOf(error);
  if (storing) return codes.some((code) => badValue.test(code));
  return !codes.some((code) => passing.has(code));
}

function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  for (let cause = error; cause instanceof Error && codes.length < 10; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    codes.push(typeof code === 'string' ? code : '');
  }
  return codes;
}
