import type { RunExecution } from 'fusion-platform';
import type { ReactNode } from 'react';

import { asState, stateNames, states } from '../platform/states.ts';
import { StateBadge } from '../ui/state-badge.tsx';
import { gradientOf } from './colours.ts';
import { measureText, runColourings } from './run-colours.ts';
import type { RunColouring } from './run-colours.ts';

export function RunMapTools({
  executions,
  by,
  range,
  reasons,
  choose,
  children,
}: {
  readonly executions: readonly RunExecution[];
  readonly by: RunColouring;
  readonly range: readonly [number, number];
  readonly reasons: readonly string[];
  readonly choose: (by: RunColouring) => void;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className="map-tools">
      <label className="field">
        <span>Coloured by</span>
        <select value={by} onChange={({ target }) => choose(target.value as RunColouring)}>
          {Object.entries(runColourings).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {children}
      <div className="legend">
        {by === 'state' &&
          states
            .map((state) => [state, executions.filter((one) => asState(one.state) === state).length] as const)
            .filter(([, count]) => count > 0)
            .map(([state, count]) => (
              <StateBadge key={state} state={state}>
                {stateNames[state]} {count}
              </StateBadge>
            ))}
        {by === 'reason' &&
          (reasons.length > 0
            ? reasons.map((reason) => <code key={reason}>{reason}</code>)
            : 'Nothing has failed')}
        {by !== 'state' && by !== 'reason' && (
          <>
            <span>{measureText(range[0], by)}</span>
            <span className="ramp" style={{ background: gradientOf('Viridis') }} />
            <span>{measureText(range[1], by)}</span>
          </>
        )}
      </div>
    </div>
  );
}
