import type { Member, Organisation } from 'fusion-platform';

import { notFound } from '../errors/index.ts';

/** A member by address, in any case, or by the id of the user. */
export async function findMember(organisation: Organisation, which: string): Promise<Member> {
  const text = which.toLowerCase();
  for await (const member of organisation.members())
    if (member.id === text || member.email.toLowerCase() === text) return member;
  throw notFound(`"${which}" is no member of "${organisation.name}"`, 'fusion-platform members ls');
}
