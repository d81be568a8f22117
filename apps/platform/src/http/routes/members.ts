import { calls } from '@fusion-platform/contract';

import type { Members } from '../../accounts/index.ts';
import type { AttemptLimit } from '../attempt-limit.ts';
import { guardedBy } from '../guarded.ts';
import { route } from '../route.ts';
import type { Route } from '../route.ts';

/** Who belongs to an organisation. Each change is written to the log, by ids alone: addresses and links stay out of it. */
export function memberRoutes(members: Members, limit: AttemptLimit): Route[] {
  const manager = { role: 'manage_organisation' } as const;
  return [
    route(calls.listMembers, async ({ organisationId, list }) => await members.list(organisationId, list)),
    route(
      calls.addMember,
      async ({ organisationId, userId, body, log }) => {
        const model = await members.add({ organisationId, userId }, body);
        const { id: member, roles } = model;
        log.info({ organisation: organisationId, by: userId, member, roles }, 'a member was added');
        return { model };
      },
      manager,
    ),
    route(
      calls.changeMemberRoles,
      async ({ organisationId, userId, params, body, log }) => {
        const { member: model, before } = await members.changeRoles(
          { organisationId, userId },
          params.member_id,
          body,
        );
        const { id: member, roles } = model;
        const change = { organisation: organisationId, by: userId, member, before, roles };
        log.info(change, 'the roles of a member were changed');
        return { model };
      },
      manager,
    ),
    // Members may leave; whether another may remove them is looked at where it is done.
    route(calls.removeMember, async ({ organisationId, userId, params, log }) => {
      const before = await members.remove({ organisationId, userId }, params.member_id);
      const change = { organisation: organisationId, by: userId, member: params.member_id, before };
      log.info(change, 'a member was removed');
      return {};
    }),
    ...invitationRoutes(members, limit),
  ];
}

function invitationRoutes(members: Members, limit: AttemptLimit): Route[] {
  const manager = { role: 'manage_organisation' } as const;
  const guarded = guardedBy(limit);
  return [
    route(
      calls.listInvitations,
      async ({ organisationId, list }) => await members.listInvitations(organisationId, list),
      manager,
    ),
    route(
      calls.createInvitation,
      async ({ organisationId, userId, body, origin, log }) => {
        const { invitation, code } = await members.invite({ organisationId, userId }, body);
        const { id, roles } = invitation;
        const made = { organisation: organisationId, by: userId, invitation: id, roles };
        log.info(made, 'an invitation was made');
        // Behind the #, which no browser sends.
        return { model: { ...invitation, url: `${origin}/invitation#code=${code}` } };
      },
      manager,
    ),
    route(
      calls.revokeInvitation,
      async ({ organisationId, userId, params, log }) => {
        const id = params.invitation_id;
        await members.revokeInvitation(organisationId, id);
        log.info({ organisation: organisationId, by: userId, invitation: id }, 'an invitation was revoked');
        return {};
      },
      manager,
    ),
    route(calls.readInvitation, async ({ body, setHeader }) => {
      setHeader('cache-control', 'no-store');
      return await members.readInvitation(body.code);
    }),
    route(calls.acceptInvitation, async ({ body, address, log, setHeader }) => {
      setHeader('cache-control', 'no-store');
      // Of a link that is good: whoever has it may not guess a password faster than at the login.
      const { email } = await members.readInvitation(body.code);
      const accepted = await guarded(
        [`address:${address}`, `user:${email.toLowerCase()}`],
        log,
        async () => await members.acceptInvitation(body),
      );
      const { invitation, ...answer } = accepted;
      const { user_id: member, organisation_id: organisation } = answer;
      log.info({ organisation, member, invitation }, 'an invitation was accepted');
      return answer;
    }),
  ];
}
