import { Link } from '@tanstack/react-router';
import type { RunExecution } from 'fusion-platform';
import type { ReactNode } from 'react';

import { binaryBytes, credits } from '../format/number.ts';
import { between, duration } from '../format/time.ts';
import { asState } from '../platform/states.ts';
import { StateBadge } from '../ui/state-badge.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { spanOf } from './span-of.ts';
import { labelOf } from './timeline.ts';

/** More columns than this are no comparison any more. */
const most = 8;

type Component = RunExecution['components'][number];

const seconds = ({
  from,
  to,
}: {
  readonly from: string | null | undefined;
  readonly to: string | null;
}): number | null => (from && to ? between(from, to, 0) : undefined) ?? null;

/** Executions side by side: how long each took, what it used and cost, and where; the greatest of a row stands out. */
export function CompareExecutions({
  executions,
  org,
}: {
  readonly executions: readonly RunExecution[];
  readonly org: string;
}): ReactNode {
  const shown = executions.slice(0, most);
  const places = [
    ...new Set(shown.flatMap(({ components }) => components.map((one) => one.chain_index))),
  ].toSorted((a, b) => a - b);
  const at = (execution: RunExecution, place: number): Component | undefined =>
    execution.components.find((one) => one.chain_index === place);
  const peak = ({ components }: RunExecution): number | null =>
    components.reduce<number | null>(
      (highest, { peak_memory_bytes: used }) => (used === null ? highest : Math.max(highest ?? 0, used)),
      null,
    );
  return (
    <TableScroll label="Comparison">
      <table className="table compare">
        <thead>
          <tr>
            <th>{executions.length > most ? `The first ${most}` : ''}</th>
            {shown.map((execution) => (
              <th key={execution.id} className="number">
                {labelOf(execution)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">State</th>
            {shown.map(({ id, state }) => (
              <td key={id} className="number">
                <StateBadge state={asState(state)} />
              </td>
            ))}
          </tr>
          <Measures name="Duration" values={shown.map((one) => seconds(spanOf(one)))} text={duration} />
          {places.map((place) => (
            <Measures
              key={place}
              name={shown.flatMap((one) => at(one, place)?.name ?? [])[0] ?? ''}
              values={shown.map((one) => {
                const component = at(one, place);
                return component ? seconds({ from: component.started_at, to: component.ended_at }) : null;
              })}
              text={duration}
              inner
            />
          ))}
          <Measures name="Most memory" values={shown.map(peak)} text={binaryBytes} />
          <Measures name="Credits" values={shown.map((one) => one.charged ?? one.price)} text={credits} />
          <tr>
            <th scope="row">Why</th>
            {shown.map(({ id, components, abort_reason: reason }) => {
              const failed = components.find(({ state }) => state === 'failed');
              return (
                <td key={id} className="small why">
                  {failed ? (
                    <Link to="/o/$org/components/$component" params={{ org, component: failed.id }}>
                      {failed.abort_reason ?? 'it does not say why'}
                    </Link>
                  ) : (
                    (reason ?? '–')
                  )}
                </td>
              );
            })}
          </tr>
        </tbody>
      </table>
    </TableScroll>
  );
}

function Measures({
  name,
  values,
  text,
  inner = false,
}: {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly text: (value: number | null) => string;
  /** Whether it is a part of the row above. */
  readonly inner?: boolean;
}): ReactNode {
  const known = values.filter((value) => value !== null);
  const highest = Math.max(...known);
  const differ = known.some((value) => value !== highest);
  return (
    <tr className={inner ? 'inner' : ''}>
      <th scope="row">{name}</th>
      {values.map((value, i) => (
        <td key={i} className="number">
          {value !== null && differ && value === highest ? <strong>{text(value)}</strong> : text(value)}
        </td>
      ))}
    </tr>
  );
}
