import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { credits } from '../format/number.ts';
import { month } from '../format/time.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Empty } from '../ui/empty.tsx';
import { Figure } from '../ui/figure.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';

/** As many months as are shown. */
const shown = 12;

/** Credits that are left, and what was spent month by month. */
export function Spending(): ReactNode {
  const organisation = useOrganisation();
  const credit = useQuery({
    queryKey: ['credit', organisation.id],
    queryFn: async ({ signal }) => await organisation.credit({ signal }),
    refetchInterval: 10_000,
  });
  return (
    <Loaded query={credit}>
      {({ any_credits: any, runtime_any_credits: runtime, cloud_storage_credits: storage, spend }) => {
        const months = (spend ?? []).toReversed().slice(0, shown);
        const most = Math.max(1e-9, ...months.map((one) => one.credits));
        return (
          <>
            <div className="figures">
              <Figure what="Credits for anything" note="what is charged last">
                {credits(any)}
              </Figure>
              <Figure what="Credits for executions" note="charged before those for anything">
                {credits(runtime)}
              </Figure>
              <Figure what="Credits for keeping data" note="charged before those for anything">
                {credits(storage)}
              </Figure>
            </div>
            <Panel title="Spent by month" flush>
              {months.length === 0 ? (
                <Empty title="Nothing has been spent">
                  <p>What executions and kept data cost is counted here, month by month.</p>
                </Empty>
              ) : (
                <table className="table spending">
                  <tbody>
                    {months.map((one) => (
                      <tr key={one.month}>
                        <td>{month(one.month)}</td>
                        <td>
                          <span className="bar" aria-hidden="true">
                            <span style={{ width: `${(one.credits / most) * 100}%` }} />
                          </span>
                        </td>
                        <td className="number">{credits(one.credits)} credits</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              )}
            </Panel>
          </>
        );
      }}
    </Loaded>
  );
}
