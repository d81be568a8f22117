import type { ReactNode } from 'react';

import { wordsOf } from './role-words.ts';

export function RoleChips({ roles }: { readonly roles: readonly string[] }): ReactNode {
  if (roles.length === 0) return <span className="small muted">sees services and members alone</span>;
  return (
    <span className="chips">
      {roles.map((role) => (
        <span key={role} className="chip" title={role}>
          {wordsOf(role).may}
        </span>
      ))}
    </span>
  );
}
