import { useMutation, useQueryClient } from '@tanstack/react-query';
import { NotFoundError } from 'fusion-platform';
import type { Invitation, Role } from 'fusion-platform';
import { useState } from 'react';
import type { ReactNode, SubmitEvent } from 'react';

import { useOrganisation } from '../shell/use-organisation.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { InvitationLink } from './invitation-link.tsx';
import { RoleChoices } from './role-choices.tsx';
import { usualRoles } from './role-words.ts';

/** Adds somebody from another organisation of the user, and makes a link for anybody else. */
export function AddMemberForm({
  own,
  close,
}: {
  /** The roles of the user. */
  readonly own: readonly string[];
  readonly close: () => void;
}): ReactNode {
  const organisation = useOrganisation();
  const client = useQueryClient();
  const [email, setEmail] = useState('');
  const [roles, setRoles] = useState<readonly Role[]>(usualRoles.filter((role) => own.includes(role)));
  const work = useMutation({
    mutationFn: async (): Promise<Invitation | undefined> => {
      const wanted = { email: email.trim(), roles };
      try {
        await organisation.addMember(wanted);
        return undefined;
      } catch (error) {
        // Whether they have an account here the platform does not tell: the link serves in either case.
        if (error instanceof NotFoundError) return await organisation.invite(wanted);
        throw error;
      }
    },
    onSuccess: (invitation) => {
      if (!invitation) close();
    },
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: ['members'] });
      await client.invalidateQueries({ queryKey: ['invitations'] });
    },
  });
  if (work.data)
    return (
      <div className="inside">
        <InvitationLink invitation={work.data} close={close} />
      </div>
    );
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    work.mutate();
  };
  return (
    <form className="inside stack" onSubmit={submit}>
      <div className="field">
        <label htmlFor="member-email">E-mail address</label>
        <input
          id="member-email"
          type="email"
          required
          maxLength={254}
          autoComplete="off"
          value={email}
          onChange={({ target }) => setEmail(target.value)}
        />
        <span className="small muted">
          Somebody from another organisation of yours is added at once. For anybody else you get a link to
          hand over.
        </span>
      </div>
      <RoleChoices legend="May" chosen={roles} own={own} choose={setRoles} />
      {work.error && <ErrorNotice error={work.error} title="Nobody was added" />}
      <div className="row">
        <Button primary type="submit" busy={work.isPending}>
          Add
        </Button>
        <Button onClick={close}>Cancel</Button>
      </div>
    </form>
  );
}
