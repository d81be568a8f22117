import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Member, Role } from 'fusion-platform';
import { useState } from 'react';
import type { ReactNode, SubmitEvent } from 'react';

import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { RoleChoices } from './role-choices.tsx';
import { offeredRoles } from './role-words.ts';

/** Changes what a member may do, from what it was when the form was opened: a change of somebody else is not lost. */
export function ChangeRolesForm({
  member: given,
  own,
  close,
}: {
  readonly member: Member;
  readonly own: readonly string[];
  readonly close: () => void;
}): ReactNode {
  const client = useQueryClient();
  const [member] = useState(given);
  const had = member.roles;
  const [chosen, choose] = useState<readonly Role[]>(offeredRoles.filter((role) => had.includes(role)));
  const work = useMutation({
    mutationFn: async () => await member.changeRoles(chosen),
    onSuccess: close,
    onSettled: async () => await client.invalidateQueries({ queryKey: ['members'] }),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    work.mutate();
  };
  const isSame = chosen.length === had.length && chosen.every((role) => had.includes(role));
  return (
    <form className="stack wide" onSubmit={submit}>
      <RoleChoices legend="May" chosen={chosen} own={own} had={had} choose={choose} />
      {chosen.length === 0 && (
        <p className="small">Without any of these a member sees services and the other members alone.</p>
      )}
      {work.error && <ErrorNotice error={work.error} title="Nothing was changed" />}
      <div className="row">
        <Button primary type="submit" busy={work.isPending} disabled={isSame}>
          Change it
        </Button>
        <Button onClick={close}>Cancel</Button>
      </div>
    </form>
  );
}
