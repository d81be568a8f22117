import type { Database } from '../../database/index.ts';
import { acceptInvitation, readInvitation } from './accept-invitation.ts';
import { addMember, changeRoles, removeMember } from './change-members.ts';
import { invite, listInvitations, revokeInvitation } from './invitations.ts';
import { listMembers } from './list-members.ts';

type Rest<F> = F extends (first: never, ...rest: infer R) => infer A ? (...rest: R) => A : never;

/** Who belongs to organisations, who is invited, and changing that. */
export interface Members {
  readonly list: Rest<typeof listMembers>;
  readonly add: Rest<typeof addMember>;
  readonly changeRoles: Rest<typeof changeRoles>;
  readonly remove: Rest<typeof removeMember>;
  readonly invite: Rest<typeof invite>;
  readonly listInvitations: Rest<typeof listInvitations>;
  readonly revokeInvitation: Rest<typeof revokeInvitation>;
  readonly readInvitation: Rest<typeof readInvitation>;
  readonly acceptInvitation: Rest<typeof acceptInvitation>;
}

export function createMembers(database: Database): Members {
  const { queries } = database;
  return {
    list: async (...rest) => await listMembers(queries, ...rest),
    add: async (...rest) => await addMember(database, ...rest),
    changeRoles: async (...rest) => await changeRoles(database, ...rest),
    remove: async (...rest) => await removeMember(database, ...rest),
    invite: async (...rest) => await invite(database, ...rest),
    listInvitations: async (...rest) => await listInvitations(queries, ...rest),
    revokeInvitation: async (...rest) => await revokeInvitation(queries, ...rest),
    readInvitation: async (...rest) => await readInvitation(queries, ...rest),
    acceptInvitation: async (...rest) => await acceptInvitation(database, ...rest),
  };
}
