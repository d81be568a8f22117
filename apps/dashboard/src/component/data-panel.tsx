import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Data, DataFile, ProcessServiceExecution } from 'fusion-platform';
import { lazy, Suspense } from 'react';
import type { ReactNode } from 'react';

import { Preview } from '../data/file-panel.tsx';
import { isLookedAt } from '../data/is-looked-at.ts';
import { bytes } from '../format/number.ts';
import { isRaster } from '../map/is-raster.ts';
import { isOpen, stateOfComponent } from '../platform/states.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import './component.css';

const RasterMap = lazy(async () => ({ default: (await import('../map/raster-map.tsx')).RasterMap }));
/** Of an aggregator with 1,000 inputs the first ones are shown. */
const most = 24;

interface Item {
  readonly data: Data;
  readonly files: readonly DataFile[];
}

/** What it was given, or what it made: each file with its picture, and rasters on the map. */
export function DataPanel({
  component,
  side,
}: {
  readonly component: ProcessServiceExecution;
  readonly side: 'inputs' | 'outputs';
}): ReactNode {
  const organisation = useOrganisation();
  const open = isOpen(stateOfComponent(component));
  const query = useQuery({
    queryKey: [side, component.id, component.state ?? component.success],
    queryFn: async ({ signal }) => {
      const items: Item[] = [];
      for (const data of await component[side]().toArray({ limit: most, signal }))
        items.push({ data, files: await data.files().toArray({ signal }) });
      return items;
    },
    enabled: side === 'inputs' || !open,
    staleTime: 30_000,
    // What it made is analysed once it has ended: pictures and places come a little later.
    refetchInterval: ({ state: { data } }) =>
      data?.every(({ files }) => files.every(isLookedAt)) ? false : 1500,
  });
  const title = side === 'inputs' ? 'Inputs' : 'Outputs';
  if (side === 'outputs' && open)
    return (
      <Panel title={title}>
        <p className="muted">What it makes is shown here once it has ended.</p>
      </Panel>
    );
  return (
    <Panel title={title} flush>
      <Loaded query={query}>
        {(items) => {
          const rasters = items.flatMap(({ files }) => files).filter(isRaster);
          if (items.length === 0)
            return <Empty title={side === 'inputs' ? 'It was given nothing' : 'It made nothing'} />;
          return (
            <>
              {rasters.length > 0 && side === 'outputs' && (
                <Suspense fallback={<Skeleton lines={1} height="24rem" />}>
                  <RasterMap files={rasters} />
                </Suspense>
              )}
              <ul className="data-cards">
                {items.map(({ data, files }) => (
                  <li key={data.id}>
                    <Link to="/o/$org/data/$data" params={{ org: organisation.id, data: data.id }}>
                      <strong>{data.name}</strong>
                    </Link>
                    {files.length === 0 && <p className="small muted">No file</p>}
                    {files.map((file) => (
                      <div key={file.id} className="stack" style={{ gap: 'var(--space-1)' }}>
                        <span className="small muted">
                          {file.file_name} · {file.file_type} · {bytes(file.size)}
                        </span>
                        {file.preview_file_id && <Preview file={file} />}
                      </div>
                    ))}
                  </li>
                ))}
              </ul>
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}
