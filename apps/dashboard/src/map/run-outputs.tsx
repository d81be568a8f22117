import { useQuery } from '@tanstack/react-query';
import type { DataFile, Organisation, RunExecution } from 'fusion-platform';
import type OlMap from 'ol/Map.js';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';

import { useOrganisation } from '../shell/use-organisation.ts';
import { Cog } from './cog.ts';
import { isRaster } from './is-raster.ts';
import { createRasterLayer } from './raster-layer.ts';
import { firstStyle } from './raster-map.tsx';

/** Rasters of more executions than this are not asked for at once. */
const most = 12;
const none: readonly DataFile[] = [];

/** What executions made, shown in place: a raster of each. */
export function RunOutputs({
  map,
  executions,
}: {
  readonly map: OlMap;
  readonly executions: readonly RunExecution[];
}): ReactNode {
  const organisation = useOrganisation();
  const [name, setName] = useState('');
  const [failure, setFailure] = useState<string>();
  const done = executions.filter(({ state }) => state === 'succeeded').slice(0, most);
  const query = useQuery({
    queryKey: ['outputs', organisation.id, done.map(({ id }) => id)],
    queryFn: async ({ signal }) => await rastersOf(organisation, done, signal),
    enabled: done.length > 0,
    staleTime: Infinity,
  });
  const files = query.data ?? none;
  const names = [...new Set(files.map(nameOf))];
  const shown = names.includes(name) ? name : '';

  useEffect(() => {
    const gone = new AbortController();
    const layers: ReturnType<typeof createRasterLayer>[] = [];
    for (const file of files.filter((one) => shown !== '' && nameOf(one) === shown))
      Cog.open(file, gone.signal)
        .then((cog) => {
          if (gone.signal.aborted) return undefined;
          const layer = createRasterLayer(cog, firstStyle(cog, file), (error) => setFailure(error.message));
          layers.push(layer);
          map.addLayer(layer);
          return undefined;
        })
        .catch((error: unknown) => !gone.signal.aborted && setFailure((error as Error).message));
    return () => {
      gone.abort();
      for (const layer of layers) map.removeLayer(layer);
    };
  }, [map, shown, files]);

  return (
    <div className="map-told row">
      <label className="row">
        <span>Show what was made</span>
        <select
          className="input"
          value={shown}
          onChange={({ target }) => setName(target.value)}
          disabled={names.length === 0}
        >
          <option value="">{names.length === 0 ? 'no rasters yet' : 'nothing'}</option>
          {names.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      {executions.length > most && <span className="small muted">of the first {most} that were chosen</span>}
      {failure && <span className="small state failed">{failure}</span>}
    </div>
  );
}

const nameOf = (file: DataFile): string => file.selectors?.[0]?.selector ?? file.file_name ?? file.id;

async function rastersOf(
  organisation: Organisation,
  executions: readonly RunExecution[],
  signal: AbortSignal,
): Promise<readonly DataFile[]> {
  const found: DataFile[] = [];
  for (const execution of executions)
    for (const { id, intermediate, state } of execution.components) {
      if (intermediate || state !== 'succeeded') continue;
      const component = await organisation.component(id, { signal });
      for (const output of await component.outputs().toArray({ signal }))
        for (const file of await output.files().toArray({ signal })) if (isRaster(file)) found.push(file);
    }
  return found;
}
