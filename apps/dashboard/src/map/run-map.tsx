import { useNavigate, useSearch } from '@tanstack/react-router';
import type { RunExecution } from 'fusion-platform';
import DragBox from 'ol/interaction/DragBox.js';
import { shiftKeyOnly } from 'ol/events/condition.js';
import VectorLayer from 'ol/layer/Vector.js';
import VectorSource from 'ol/source/Vector.js';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';

import { useRun } from '../platform/run.ts';
import { SelectedExecutions } from '../run/selected-executions.tsx';
import { useDark } from '../shell/theme.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Button } from '../ui/button.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { RunMapTools } from './run-map-tools.tsx';
import { featuresOf } from './run-features.ts';
import { measureOf, readColouring } from './run-colours.ts';
import { createStyles } from './run-style.ts';
import { RunOutputs } from './run-outputs.tsx';
import { boundsAround } from './bounds-around.ts';
import { goToBounds, useMap } from './use-map.ts';

/** Where a run works: its region, its slices, and what it made, coloured by how they stand. */
export function RunMap({ id }: { readonly id: string }): ReactNode {
  const query = useRun(useOrganisation(), id, true);
  return (
    <Loaded query={query} lines={1} height="28rem">
      {({ executions }) => <Placed executions={executions} />}
    </Loaded>
  );
}

function Placed({ executions }: { readonly executions: readonly RunExecution[] }): ReactNode {
  const { by: wanted } = useSearch({ from: '/o/$org/runs/$run' });
  const navigate = useNavigate({ from: '/o/$org/runs/$run' });
  const by = readColouring(wanted);
  const { place, map } = useMap();
  const dark = useDark();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [drawing, setDrawing] = useState(false);
  const [source] = useState(() => new VectorSource());
  const byId = useMemo(() => new Map(executions.map((execution) => [execution.id, execution])), [executions]);

  // Where slices lie does not change while they run: the features are made once, and what comes later is added.
  useEffect(() => {
    if (!map) return;
    source.removeFeatures(source.getFeatures().filter((feature) => !byId.has(String(feature.getId()))));
    const unknown = executions.filter(({ id }) => source.getFeatureById(id) === null);
    const added = featuresOf(unknown, map.getView().getProjection());
    if (added.length === 0) return;
    source.addFeatures([...added]);
    const bounds = boundsAround(executions.map((one) => one.bounds));
    if (bounds) goToBounds(map, bounds);
  }, [map, source, byId, executions]);

  const range = useMemo((): readonly [number, number] => {
    const values = executions.flatMap((execution) => measureOf(execution, by, Date.now()) ?? []);
    return values.length > 0 ? [Math.min(...values), Math.max(...values)] : [0, 1];
  }, [executions, by]);
  const reasons = useMemo(
    () => [...new Set(executions.flatMap(({ exit_type: kind }) => kind ?? []))].toSorted(),
    [executions],
  );

  const layer = useRef<VectorLayer>(undefined);
  useEffect(() => {
    if (!map) return undefined;
    const made = new VectorLayer({ source, zIndex: 3 });
    layer.current = made;
    map.addLayer(made);
    return () => void map.removeLayer(made);
  }, [map, source]);
  useEffect(() => {
    const styles = createStyles({ by, range, reasons, now: Date.now(), dark });
    layer.current?.setStyle((feature, resolution) => {
      const execution = byId.get(String(feature.getId()));
      if (!execution) return undefined;
      const [west, south, east, north] = feature.getGeometry()!.getExtent() as [
        number,
        number,
        number,
        number,
      ];
      const labelled = Math.min(east - west, north - south) / resolution > 22;
      return styles(execution, chosen.has(execution.id), labelled);
    });
  }, [map, byId, by, range, reasons, dark, chosen]);

  useEffect(() => {
    if (!map) return undefined;
    const click = (event: { readonly pixel: number[]; readonly originalEvent: Event }): void => {
      const [hit] = map.getFeaturesAtPixel(event.pixel, { layerFilter: (one) => one === layer.current });
      const more =
        (event.originalEvent as MouseEvent).shiftKey || (event.originalEvent as MouseEvent).ctrlKey;
      const id = hit && String(hit.getId());
      setChosen((before) => toggled(before, id, more));
    };
    map.on('singleclick', click);
    const box = new DragBox({ condition: (event) => drawing || shiftKeyOnly(event) });
    box.on('boxend', () => {
      const inside = source.getFeaturesInExtent(box.getGeometry().getExtent());
      setChosen(new Set(inside.map((feature) => String(feature.getId()))));
      setDrawing(false);
    });
    map.addInteraction(box);
    return () => {
      map.un('singleclick', click);
      map.removeInteraction(box);
    };
  }, [map, source, drawing]);

  const selected = executions.filter(({ id }) => chosen.has(id));
  return (
    <section className="panel" aria-label="Map">
      <RunMapTools
        executions={executions}
        by={by}
        range={range}
        reasons={reasons}
        choose={(next) =>
          void navigate({ search: (before) => ({ ...before, by: next }), replace: true, resetScroll: false })
        }
      >
        <Button small aria-pressed={drawing} onClick={() => setDrawing(!drawing)}>
          {drawing ? 'Drag a box on the map' : 'Choose by a box'}
        </Button>
        <Button
          small
          onClick={() =>
            setChosen(new Set(executions.filter(({ state }) => state === 'failed').map(({ id }) => id)))
          }
          disabled={!executions.some(({ state }) => state === 'failed')}
        >
          Choose all that failed
        </Button>
      </RunMapTools>
      <SelectedExecutions executions={selected} clear={() => setChosen(new Set())} />
      <div
        className="map"
        ref={place}
        tabIndex={0}
        role="application"
        aria-label="Map of the run: the table of executions has the same"
      />
      {map && <RunOutputs map={map} executions={selected.length > 0 ? selected : executions.slice(0, 1)} />}
    </section>
  );
}

function toggled(before: ReadonlySet<string>, id: string | undefined, more: boolean): ReadonlySet<string> {
  if (id === undefined) return more ? before : new Set();
  if (!more) return new Set([id]);
  const next = new Set(before);
  if (!next.delete(id)) next.add(id);
  return next;
}
