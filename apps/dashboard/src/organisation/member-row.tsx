import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Member } from 'fusion-platform';
import { useState } from 'react';
import type { ReactNode } from 'react';

import { useSignedIn } from '../session/context.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Button } from '../ui/button.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { ChangeRolesForm } from './change-roles-form.tsx';
import { RoleChips } from './role-chips.tsx';

/** One member: who it is, what they may do, and for who may, ways to change and to end that. */
export function MemberRow({
  member,
  own,
}: {
  readonly member: Member;
  /** The roles of the user. */
  readonly own: readonly string[];
}): ReactNode {
  const { user } = useSignedIn();
  const [changing, setChanging] = useState(false);
  const manages = own.includes('manage_organisation');
  const isUser = member.id === user.id;
  const name = [member.given_name, member.family_name].filter((part) => part !== '-').join(' ');
  return (
    <li>
      <div className="who">
        <strong>
          {name || member.email} {isUser && <span className="muted">(you)</span>}
        </strong>
        {name && <span className="small muted">{member.email}</span>}
      </div>
      <RoleChips roles={member.roles} />
      <div className="row ends">
        {manages && (
          <Button
            small
            aria-expanded={changing}
            aria-label={`${changing ? 'Close' : 'Change'} what ${name || member.email} may do`}
            onClick={() => setChanging(!changing)}
          >
            {changing ? 'Close' : 'Change'}
          </Button>
        )}
        {(manages || isUser) && <Remove member={member} name={name || member.email} isUser={isUser} />}
      </div>
      {changing && <ChangeRolesForm member={member} own={own} close={() => setChanging(false)} />}
    </li>
  );
}

function Remove({
  member,
  name,
  isUser,
}: {
  readonly member: Member;
  readonly name: string;
  readonly isUser: boolean;
}): ReactNode {
  const organisation = useOrganisation();
  const client = useQueryClient();
  const [confirm, dialog] = useConfirm();
  const work = useMutation({
    mutationFn: async () => await member.remove(),
    onSuccess: () => {
      // What the page knows of the user is of another organisation from now on.
      if (isUser) globalThis.location.assign('/');
    },
    onSettled: async () => await client.invalidateQueries({ queryKey: ['members'] }),
  });
  const stays = 'Processes, runs and data stay with the organisation.';
  const remove = async (): Promise<void> => {
    const sure = await confirm(
      isUser
        ? {
            title: `Leave ${organisation.name}?`,
            text: `You see and do nothing there any more, at once, until somebody adds you again. ${stays}`,
            danger: true,
          }
        : {
            title: `Remove ${name}?`,
            text: `They see and do nothing in ${organisation.name} any more: what they follow there ends at once, and addresses of files that they were given are refused. ${stays} They keep their account.`,
            danger: true,
          },
    );
    if (sure) work.mutate();
  };
  return (
    <>
      <Button
        small
        danger
        busy={work.isPending}
        aria-label={isUser ? `Leave ${organisation.name}` : `Remove ${name}`}
        onClick={() => void remove()}
      >
        {isUser ? 'Leave' : 'Remove'}
      </Button>
      {work.error && <ErrorNotice error={work.error} title={isUser ? 'You stay' : `${name} stays`} />}
      {dialog}
    </>
  );
}
