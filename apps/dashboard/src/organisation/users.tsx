import type { ReactNode } from 'react';

import { useSignedIn } from '../session/context.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Panel } from '../ui/panel.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';

/** What each role allows, in the words of the page. */
const roleNames: Readonly<Record<string, string>> = {
  view_processing_chains: 'looks',
  create_and_execute_processing_chains: 'runs processes',
  audit_ssds: 'approves services',
  create_ssds: 'publishes services',
  manage_organisation: 'manages',
};

/** Who belongs to the organisation, and what each may do. */
export function Users(): ReactNode {
  const organisation = useOrganisation();
  const { user } = useSignedIn();
  return (
    <Panel title="Users" flush>
      <TableScroll label="Users">
        <table className="table">
          <thead>
            <tr>
              <th>E-mail address</th>
              <th>May do</th>
            </tr>
          </thead>
          <tbody>
            {(organisation.users ?? []).map(({ id, email, roles }) => (
              <tr key={id ?? email}>
                <td>
                  {email} {id === user.id && <span className="muted">(you)</span>}
                </td>
                <td>
                  <span className="chips">
                    {roles.map((role) => (
                      <span key={role} className="chip" title={role}>
                        {roleNames[role] ?? role.replaceAll('_', ' ')}
                      </span>
                    ))}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
      <p className="small muted note">
        Whoever runs the platform adds users and changes what they may do:{' '}
        <code>npm run admin -- add-user --email … --organisation … --role …</code>
      </p>
    </Panel>
  );
}
