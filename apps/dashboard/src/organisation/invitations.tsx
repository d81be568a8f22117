import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { PermissionError, UnsupportedError } from 'fusion-platform';
import type { Invitation, Member } from 'fusion-platform';
import type { ReactNode } from 'react';

import { dateTime } from '../format/time.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Button } from '../ui/button.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { RoleChips } from './role-chips.tsx';

/** Who is invited and has not come yet. */
export function Invitations({ members }: { readonly members: readonly Member[] }): ReactNode {
  const organisation = useOrganisation();
  const query = useQuery({
    queryKey: ['invitations', organisation.id],
    queryFn: async ({ signal }) => await organisation.invitations().toArray({ signal }),
    refetchInterval: 15_000,
  });
  if (query.error instanceof UnsupportedError || query.error instanceof PermissionError) return null;
  if (query.data?.length === 0) return null;
  return (
    <section className="invitations">
      <h3>Invited</h3>
      <Loaded query={query} lines={1}>
        {(invitations) => (
          <ul className="members">
            {invitations.map((invitation) => (
              <Row
                key={invitation.id}
                invitation={invitation}
                by={members.find(({ id }) => id === invitation.invited_by)?.email}
              />
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  );
}

function Row({
  invitation,
  by,
}: {
  readonly invitation: Invitation;
  readonly by: string | undefined;
}): ReactNode {
  const client = useQueryClient();
  const [confirm, dialog] = useConfirm();
  const work = useMutation({
    mutationFn: async () => await invitation.revoke(),
    onSettled: async () => await client.invalidateQueries({ queryKey: ['invitations'] }),
  });
  const revoke = async (): Promise<void> => {
    const title = `Revoke the invitation of ${invitation.email}?`;
    const text = 'The link that you handed over is good for nothing then. You can invite them again.';
    if (await confirm({ title, text, danger: true })) work.mutate();
  };
  return (
    <li>
      <div className="who">
        <strong>{invitation.email}</strong>
        <span className="small muted">
          until {dateTime(invitation.expires_at, { seconds: false })}
          {by !== undefined && `, by ${by}`}
        </span>
      </div>
      <RoleChips roles={invitation.roles} />
      <div className="row ends">
        <Button
          small
          danger
          busy={work.isPending}
          aria-label={`Revoke the invitation of ${invitation.email}`}
          onClick={() => void revoke()}
        >
          Revoke
        </Button>
        {work.error && <ErrorNotice error={work.error} title="It was not revoked" />}
        {dialog}
      </div>
    </li>
  );
}
