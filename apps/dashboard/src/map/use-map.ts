import Attribution from 'ol/control/Attribution.js';
import ScaleLine from 'ol/control/ScaleLine.js';
import Zoom from 'ol/control/Zoom.js';
import type { Extent } from 'ol/extent.js';
import type VectorLayer from 'ol/layer/Vector.js';
import OlMap from 'ol/Map.js';
import { transformExtent } from 'ol/proj.js';
import View from 'ol/View.js';
import { useEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';

import { useDark } from '../shell/theme.ts';
import { baseStyle, createBaseLayer } from './base-layer.ts';
import { createOwnTiles } from './own-tiles.ts';
import 'ol/ol.css';
import './map.css';

export interface MapHandle {
  readonly place: RefObject<HTMLDivElement | null>;
  /** Undefined until the page has made it. */
  readonly map: OlMap | undefined;
}

/** A map with the base layer that comes with the page, or the tiles that the platform was set to. It asks nobody else. */
export function useMap(): MapHandle {
  const place = useRef<HTMLDivElement>(null);
  const base = useRef<VectorLayer>(undefined);
  const [map, setMap] = useState<OlMap>();
  const dark = useDark();
  useEffect(() => {
    if (!place.current) return undefined;
    base.current = createBaseLayer();
    const ownTiles = createOwnTiles();
    const made = new OlMap({
      target: place.current,
      layers: ownTiles ? [ownTiles] : [base.current],
      view: new View({ center: [0, 4e6], zoom: 2 }),
      controls: [new Zoom(), new ScaleLine(), new Attribution({ collapsible: false })],
    });
    setMap(made);
    return () => made.setTarget(undefined);
  }, []);
  useEffect(() => base.current?.setStyle(baseStyle()), [dark, map]);
  return { place, map };
}

/** Goes to bounds in degrees: west, south, east, north. */
export function goToBounds(map: OlMap, bounds: readonly number[]): void {
  const view = map.getView();
  const extent = transformExtent([...bounds] as Extent, 'EPSG:4326', view.getProjection());
  if (extent.every(Number.isFinite)) view.fit(extent, { padding: [40, 40, 40, 40], maxZoom: 16 });
}

/** West, south, east and north around several such. */
export function boundsAround(
  all: readonly (readonly number[] | null | undefined)[],
): readonly number[] | undefined {
  const known = all.filter((bounds) => bounds?.length === 4) as (readonly number[])[];
  if (known.length === 0) return undefined;
  const corner = (i: number, pick: (...values: number[]) => number): number =>
    pick(...known.map((one) => one[i]!));
  return [corner(0, Math.min), corner(1, Math.min), corner(2, Math.max), corner(3, Math.max)];
}
