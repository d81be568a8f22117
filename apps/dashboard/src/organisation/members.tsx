import { useQuery } from '@tanstack/react-query';
import { UnsupportedError } from 'fusion-platform';
import { useState } from 'react';
import type { ReactNode } from 'react';

import { useSignedIn } from '../session/context.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Button } from '../ui/button.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { AddMemberForm } from './add-member-form.tsx';
import { Invitations } from './invitations.tsx';
import { MemberRow } from './member-row.tsx';
import { Users } from './users.tsx';

/** Who belongs to the organisation, what each may do, and for who manages it ways to change that. */
export function Members(): ReactNode {
  const organisation = useOrganisation();
  const { user } = useSignedIn();
  const [adding, setAdding] = useState(false);
  const query = useQuery({
    queryKey: ['members', organisation.id],
    queryFn: async ({ signal }) => await organisation.members().toArray({ signal }),
    refetchInterval: 15_000,
  });
  if (query.error instanceof UnsupportedError) return <Users />;
  const own = query.data?.find(({ id }) => id === user.id)?.roles ?? [];
  const manages = own.includes('manage_organisation');
  return (
    <Panel
      title="Members"
      flush
      side={
        manages && (
          <Button small aria-expanded={adding} onClick={() => setAdding(!adding)}>
            {adding ? 'Close' : 'Add somebody'}
          </Button>
        )
      }
    >
      {adding && manages && <AddMemberForm own={own} close={() => setAdding(false)} />}
      <Loaded query={query}>
        {(members) => (
          <>
            <ul className="members">
              {members.map((member) => (
                <MemberRow key={member.id} member={member} own={own} />
              ))}
            </ul>
            {manages ? (
              <Invitations members={members} />
            ) : (
              <p className="small muted note">Who manages the organisation changes its members.</p>
            )}
          </>
        )}
      </Loaded>
    </Panel>
  );
}
