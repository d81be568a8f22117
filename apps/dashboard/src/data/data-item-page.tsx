import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import type { Data, DataFile } from 'fusion-platform';
import { lazy, Suspense } from 'react';
import type { ReactNode } from 'react';

import { isRaster } from '../map/is-raster.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Button } from '../ui/button.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { FilePanel } from './file-panel.tsx';
import { isLookedAt } from './is-looked-at.ts';

const RasterMap = lazy(async () => ({ default: (await import('../map/raster-map.tsx')).RasterMap }));
const OutlineMap = lazy(async () => ({ default: (await import('../map/outline-map.tsx')).OutlineMap }));

/** A data item: its files on the map, and what analysis has found out about each. */
export function DataItemPage(): ReactNode {
  const organisation = useOrganisation();
  const { org, data: id } = useParams({ from: '/o/$org/data/$data' });
  const query = useQuery({
    queryKey: ['data-item', organisation.id, id],
    queryFn: async ({ signal }) => {
      const data = await organisation.dataItem(id, { signal });
      return { data, files: await data.files().toArray({ signal }) };
    },
    refetchInterval: ({ state: { data } }) => (data?.files.every(isLookedAt) ? false : 1000),
  });
  return (
    <Loaded query={query} lines={8}>
      {({ data, files }) => (
        <>
          <PageHead
            title={data.name}
            name={data.name}
            crumbs={
              <Link to="/o/$org/data" params={{ org }}>
                Data
              </Link>
            }
            side={<Remove data={data} />}
          >
            <p className="muted">{data.uploaded_organisation_id ? 'Uploaded' : 'Made by an execution'}</p>
          </PageHead>
          <DataMap files={files} />
          {files.map((file) => (
            <FilePanel key={file.id} file={file} />
          ))}
        </>
      )}
    </Loaded>
  );
}

/** The rasters of an item from their pieces, or the outlines of what else has a place. */
export function DataMap({ files }: { readonly files: readonly DataFile[] }): ReactNode {
  const rasters = files.filter(isRaster);
  const placed = files.filter(({ bounds }) => bounds !== undefined);
  if (placed.length === 0) return null;
  return (
    <Panel title="On the map" flush>
      <Suspense fallback={<Skeleton lines={1} height="24rem" />}>
        {rasters.length > 0 ? <RasterMap files={rasters} /> : <OutlineMap files={placed} />}
      </Suspense>
    </Panel>
  );
}

function Remove({ data }: { readonly data: Data }): ReactNode {
  const navigate = useNavigate();
  const { org } = useParams({ from: '/o/$org/data/$data' });
  const [confirm, dialog] = useConfirm();
  const work = useMutation({
    mutationFn: async () => await data.delete(),
    onSuccess: async () => await navigate({ to: '/o/$org/data', params: { org } }),
  });
  return (
    <>
      <Button
        danger
        busy={work.isPending}
        onClick={() =>
          void confirm({
            title: 'Delete this data?',
            text: 'Its files are deleted with it.',
            danger: true,
          }).then((yes) => (yes ? work.mutate() : undefined))
        }
      >
        Delete
      </Button>
      {work.error && <ErrorNotice error={work.error} title="It was not deleted" />}
      {dialog}
    </>
  );
}
