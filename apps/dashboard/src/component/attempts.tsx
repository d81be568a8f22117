import { UnsupportedError } from 'fusion-platform';
import type { ProcessServiceExecution } from 'fusion-platform';
import type { ReactNode } from 'react';

import { binaryBytes } from '../format/number.ts';
import { dateTime, duration } from '../format/time.ts';
import { Elapsed } from '../ui/elapsed.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { useAttempts } from './use-attempts.ts';

/** The attempts side by side: what each was given, used, and how it ended. */
export function Attempts({ component }: { readonly component: ProcessServiceExecution }): ReactNode {
  const query = useAttempts(component);
  if (query.error instanceof UnsupportedError) return null;
  return (
    <Panel title="Attempts" flush>
      <Loaded query={query}>
        {(attempts) =>
          attempts.length === 0 ? (
            <Empty title="None has begun" />
          ) : (
            <TableScroll label="Attempts">
              <table className="table">
                <thead>
                  <tr>
                    <th className="number">Attempt</th>
                    <th>Started</th>
                    <th className="number">Ran for</th>
                    <th className="number">Memory given</th>
                    <th className="number">Most used</th>
                    <th className="number">Most scratch</th>
                    <th className="number">CPU time</th>
                    <th>How it ended</th>
                  </tr>
                </thead>
                <tbody>
                  {attempts.map((attempt) => (
                    <tr key={attempt.id}>
                      <td className="number">{attempt.number}</td>
                      <td className="tabular nowrap">{dateTime(attempt.started_at)}</td>
                      <td className="number">
                        {attempt.started_at ? (
                          <Elapsed from={attempt.started_at} to={attempt.ended_at} />
                        ) : (
                          '–'
                        )}
                      </td>
                      <td className="number">
                        {attempt.memory ? binaryBytes(attempt.memory * 2 ** 20) : '–'}
                      </td>
                      <td className="number">{binaryBytes(attempt.peak_memory)}</td>
                      <td className="number">{binaryBytes(attempt.peak_storage)}</td>
                      <td className="number">{duration(attempt.cpu_seconds)}</td>
                      <td>{endOf(attempt)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </TableScroll>
          )
        }
      </Loaded>
    </Panel>
  );
}

function endOf(attempt: {
  readonly ended_at?: string | null | undefined;
  readonly reason?: string | null | undefined;
  readonly exit_code?: number | null | undefined;
  readonly signal?: string | null | undefined;
}): string {
  if (!attempt.ended_at) return 'runs';
  const how = attempt.signal ? `by ${attempt.signal}` : `exit code ${attempt.exit_code ?? 'not told'}`;
  return attempt.reason ? `${attempt.reason} (${how})` : `well (${how})`;
}
