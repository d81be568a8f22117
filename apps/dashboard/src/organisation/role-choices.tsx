import type { Role } from 'fusion-platform';
import type { ReactNode } from 'react';

import { offeredRoles, wordsOf } from './role-words.ts';

/** The roles to give. One that the user lacks cannot be given by them, only taken away. */
export function RoleChoices({
  legend,
  chosen,
  own,
  had = [],
  choose,
}: {
  readonly legend: string;
  readonly chosen: readonly Role[];
  /** Of the user who gives. */
  readonly own: readonly string[];
  /** Of the member before. */
  readonly had?: readonly string[];
  readonly choose: (roles: readonly Role[]) => void;
}): ReactNode {
  const lacking = offeredRoles.some((role) => !own.includes(role) && !had.includes(role));
  return (
    <fieldset className="plain roles">
      <legend>{legend}</legend>
      {offeredRoles.map((role) => {
        const { title, about } = wordsOf(role);
        const isChosen = chosen.includes(role);
        return (
          <label key={role}>
            <input
              type="checkbox"
              checked={isChosen}
              disabled={!own.includes(role) && !had.includes(role)}
              onChange={({ target }) =>
                choose(offeredRoles.filter((one) => (one === role ? target.checked : chosen.includes(one))))
              }
            />
            <span>
              {title} <span className="small muted">{about}</span>
            </span>
          </label>
        );
      })}
      {lacking && (
        <p className="small muted">What you may not do yourself you cannot let somebody else do.</p>
      )}
    </fieldset>
  );
}
