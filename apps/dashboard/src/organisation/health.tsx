import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { Panel } from '../ui/panel.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { loadHealth } from './load-health.ts';

/** What the parts of a platform are for, in the words of the page. */
const partNames: Readonly<Record<string, string>> = {
  database: 'Database',
  objects: 'Store of files',
  runtime: 'Where components run',
};

/** Whether the parts of the platform work. */
export function Health(): ReactNode {
  const query = useQuery({ queryKey: ['health'], queryFn: loadHealth, refetchInterval: 15_000 });
  if (!query.data) return null;
  return (
    <Panel title="Health of the platform" flush>
      <table className="table">
        <tbody>
          {Object.entries(query.data).map(([part, result]) => (
            <tr key={part}>
              <td>{partNames[part] ?? part}</td>
              <td>
                <StateBadge state={result === 'ok' ? 'succeeded' : 'failed'}>
                  {result === 'ok' ? 'works' : 'does not work'}
                </StateBadge>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
