import type { ReactNode } from 'react';

import { useSignedIn } from '../session/context.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Panel } from '../ui/panel.tsx';
import { RoleChips } from './role-chips.tsx';

/** Who belongs to the organisation, where the platform has no calls to change it. */
export function Users(): ReactNode {
  const organisation = useOrganisation();
  const { user } = useSignedIn();
  return (
    <Panel title="Members" flush>
      <ul className="members">
        {(organisation.users ?? []).map(({ id, email, roles }) => (
          <li key={id ?? email}>
            <div className="who">
              <strong>
                {email} {id === user.id && <span className="muted">(you)</span>}
              </strong>
            </div>
            <RoleChips roles={roles} />
          </li>
        ))}
      </ul>
      <p className="small muted note">Whoever runs the platform adds members and changes what they may do.</p>
    </Panel>
  );
}
