import type { Session } from 'fusion-platform';

import { usageError } from '../errors/index.ts';
import { isId } from './ids.ts';

/** The ids of organisations that are named: by their ids, or by the names of those that one belongs to. */
export async function organisationIds(session: Session, which: readonly string[]): Promise<string[]> {
  if (which.every(isId)) return which.map((one) => one.toLowerCase());
  const own = await session.user.organisations().toArray();
  return which.map((one) => {
    if (isId(one)) return one.toLowerCase();
    const found = own.find(({ name }) => name.toLowerCase() === one.toLowerCase());
    if (found) return found.id;
    throw usageError(
      `"${one}" is none of the organisations that you belong to (${own.map(({ name }) => name).join(', ')})`,
      'name others by their id, which they find with: fusion-platform whoami --json',
    );
  });
}
