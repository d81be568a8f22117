import { useMutation, useQuery } from '@tanstack/react-query';
import type { DataFile } from 'fusion-platform';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';

import { area, bytes, significant, whole } from '../format/number.ts';
import { saveBlob } from '../ui/save-blob.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Panel } from '../ui/panel.tsx';
import { Histogram } from './histogram.tsx';
import './data.css';
import { TableScroll } from '../ui/table-scroll.tsx';

/** What is known of a file: its picture, place, bands or columns, and the way to have it. */
export function FilePanel({ file }: { readonly file: DataFile }): ReactNode {
  const name = file.file_name ?? file.id;
  const download = useMutation({
    mutationFn: async () => {
      const link = document.createElement('a');
      link.href = await file.downloadUrl();
      link.download = name;
      link.click();
    },
  });
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Type', file.file_type],
    ['Size', file.size === undefined ? undefined : bytes(file.size)],
    ['Coordinate system', file.crs],
    ['Pixel', file.pixelSize === undefined ? undefined : `${significant(file.pixelSize, 4)} m`],
    ['No data', noDataOf(file)],
    ['Bounds', file.bounds?.map((value, i) => `${sides[i]} ${value.toFixed(5)}°`).join(', ')],
    ['Area', file.area === undefined ? undefined : area(file.area)],
    ['Points', file.points === undefined ? undefined : whole(file.points)],
    ['Lines', file.lines === undefined ? undefined : whole(file.lines)],
    ['Polygons', file.polygons === undefined ? undefined : whole(file.polygons)],
  ];
  const { item, fileName } = file.getStacItem();
  return (
    <Panel
      title={name}
      side={
        <>
          {item && (
            <Button
              small
              onClick={() =>
                saveBlob(
                  new Blob([JSON.stringify(item, null, 2)], { type: 'application/geo+json' }),
                  fileName ?? 'item.json',
                )
              }
            >
              STAC item
            </Button>
          )}
          <Button small busy={download.isPending} onClick={() => download.mutate()}>
            Download
          </Button>
        </>
      }
    >
      <div className="stack">
        {download.error && <Notice kind="failed">{download.error.message}</Notice>}
        {file.error === true && (
          <Notice kind="failed" title="The file cannot be used">
            {file.description}
          </Notice>
        )}
        {file.error !== true && file.description && (
          <Notice kind="warning" title="What to know about it">
            {file.description.replace(/^Warning: /, '')}
          </Notice>
        )}
        {file.source && <p className="muted">Made from the uploaded file. Maps and services use this one.</p>}
        {file.error !== true && file.publishable === undefined && (
          <Notice kind="running">It is being looked at …</Notice>
        )}
        <div className="columns">
          <dl className="facts">
            {facts.map(
              ([what, value]) =>
                value !== undefined && (
                  <FactRow key={what} what={what}>
                    {value}
                  </FactRow>
                ),
            )}
          </dl>
          {file.preview_file_id && <Preview file={file} />}
        </div>
        {(file.selectors?.length ?? 0) > 0 && <Selectors file={file} />}
      </div>
    </Panel>
  );
}

const sides = ['west', 'south', 'east', 'north'];

/** The values that stand for none, of all bands. */
function noDataOf({ selectors }: DataFile): string | undefined {
  const values = new Set(selectors?.flatMap(({ nodata }) => nodata ?? []));
  return values.size === 0 ? undefined : [...values].join(', ');
}

function FactRow({ what, children }: { readonly what: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt>{what}</dt>
      <dd className="tabular">{children}</dd>
    </>
  );
}

function Selectors({ file }: { readonly file: DataFile }): ReactNode {
  return (
    <TableScroll label="Selectors">
      <table className="table">
        <thead>
          <tr>
            <th>Band or column</th>
            <th>Unit</th>
            <th className="number">Minimum</th>
            <th className="number">Mean</th>
            <th className="number">Maximum</th>
            <th className="number">Standard deviation</th>
            <th>Values</th>
          </tr>
        </thead>
        <tbody>
          {file.selectors!.map((one) => (
            <tr key={one.selector}>
              <td>{one.selector}</td>
              <td>{one.unit ?? '–'}</td>
              <td className="number">{significant(one.minimum)}</td>
              <td className="number">{significant(one.mean)}</td>
              <td className="number">{significant(one.maximum)}</td>
              <td className="number">{significant(one.sd, 4)}</td>
              <td>
                {one.histogram ? (
                  <Histogram counts={one.histogram} from={one.histogram_minimum} to={one.histogram_maximum} />
                ) : (
                  <span className="small muted">{one.initial_values?.slice(0, 3).join(', ')}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

/** The preview as the platform drew it, fetched with the right to it. */
export function Preview({ file }: { readonly file: DataFile }): ReactNode {
  const { data } = useQuery({
    queryKey: ['preview', file.id, file.preview_file_id],
    queryFn: async ({ signal }) => await file.download({ preview: true, signal }),
    staleTime: Infinity,
  });
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    if (!data) return undefined;
    const made = URL.createObjectURL(data);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [data]);
  return address ? (
    <img className="preview" src={address} alt={`Preview of ${file.file_name ?? 'the file'}`} />
  ) : (
    <div className="skeleton" style={{ height: '10rem' }} />
  );
}
