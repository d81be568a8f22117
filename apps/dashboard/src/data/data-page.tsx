import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { ReactNode } from 'react';

import { useOrganisation } from '../shell/use-organisation.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Moment } from '../ui/moment.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { Uploads } from './uploads.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';

const DrawRegion = lazy(async () => ({ default: (await import('./draw-region.tsx')).DrawRegion }));

/** What was uploaded or drawn: what processes work on. */
export function DataPage(): ReactNode {
  const organisation = useOrganisation();
  const client = useQueryClient();
  const [drawing, setDrawing] = useState(false);
  const query = useQuery({
    queryKey: ['data', organisation.id],
    queryFn: async ({ signal }) => (await organisation.data().toArray({ signal })).toReversed(),
    refetchInterval: 5000,
  });
  const changed = (): void => void client.invalidateQueries({ queryKey: ['data'] });
  return (
    <>
      <PageHead
        title="Data"
        name="Data"
        side={
          <Button aria-expanded={drawing} onClick={() => setDrawing(!drawing)}>
            {drawing ? 'Close the map' : 'Draw a region'}
          </Button>
        }
      >
        <p className="muted">Regions, rasters and tables that processes work on.</p>
      </PageHead>
      <Uploads done={changed} />
      {drawing && (
        <Panel title="Draw a region" flush>
          <Suspense fallback={<Skeleton lines={1} height="24rem" />}>
            <DrawRegion
              done={() => {
                setDrawing(false);
                changed();
              }}
            />
          </Suspense>
        </Panel>
      )}
      <Loaded query={query} lines={6}>
        {(items) => (
          <section className="panel" aria-label="Data">
            {items.length === 0 ? (
              <Empty title="There is no data yet">
                <p>
                  Drop a file on the field above, or draw a region on the map: a process needs one to run
                  over.
                </p>
              </Empty>
            ) : (
              <TableScroll label="Files">
                <table className="table">
                  <thead>
                    <tr>
                      <th>Name</th>
                      <th className="hide-narrow">In use</th>
                      <th>Added</th>
                    </tr>
                  </thead>
                  <tbody>
                    {items.map(({ id, name, unlinked, created_at: created }) => (
                      <tr key={id}>
                        <td>
                          <Link to="/o/$org/data/$data" params={{ org: organisation.id, data: id }}>
                            {name}
                          </Link>
                        </td>
                        <td className="hide-narrow">{unlinked ? 'by no process' : 'by a process'}</td>
                        <td>
                          <Moment at={created} />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </TableScroll>
            )}
          </section>
        )}
      </Loaded>
    </>
  );
}
