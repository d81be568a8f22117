import Attribution from 'ol/control/Attribution.js';
import ScaleLine from 'ol/control/ScaleLine.js';
import Zoom from 'ol/control/Zoom.js';
import type { Extent } from 'ol/extent.js';
import OlMap from 'ol/Map.js';
import { transformExtent } from 'ol/proj.js';
import View from 'ol/View.js';
import { useEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';

import { useDark } from '../shell/theme.ts';
import { baseStyle, createBaseLayer } from './base-layer.ts';
import type { BaseMap } from './base-map.ts';
import { createOwnTiles, hasOwnTiles } from './own-tiles.ts';
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
  const restyle = useRef<() => void>(undefined);
  const [map, setMap] = useState<OlMap>();
  const dark = useDark();
  useEffect(() => {
    if (!place.current) return undefined;
    const made = new OlMap({
      target: place.current,
      view: new View({ center: [0, 4e6], zoom: 2 }),
      controls: [new Zoom(), new ScaleLine(), new Attribution({ collapsible: false })],
    });
    let gone = false;
    const use = (base: BaseMap): void => {
      if (gone) return;
      made.getLayers().insertAt(0, base.layer);
      restyle.current = base.restyle;
    };
    if (hasOwnTiles())
      createOwnTiles()
        .then((tiles) => use(tiles ?? countries()))
        .catch((error: unknown) =>
          use(countries(`The map tiles of this platform cannot be shown: ${reasonOf(error)}`)),
        );
    else use(countries());
    setMap(made);
    return () => {
      gone = true;
      made.setTarget(undefined);
    };
  }, []);
  useEffect(() => restyle.current?.(), [dark, map]);
  return { place, map };
}

/** What comes with the page, and what is to be said of it. */
function countries(told?: string): BaseMap {
  const layer = createBaseLayer(told);
  return { layer, restyle: () => layer.setStyle(baseStyle()) };
}

const reasonOf = (error: unknown): string =>
  // What `fetch` says of a host that is not there, or does not allow it, differs from browser to browser.
  error instanceof TypeError
    ? 'they cannot be reached'
    : error instanceof Error
      ? error.message
      : String(error);

/** Goes to bounds in degrees: west, south, east, north. */
export function goToBounds(map: OlMap, bounds: readonly number[]): void {
  const view = map.getView();
  const extent = transformExtent([...bounds] as Extent, 'EPSG:4326', view.getProjection());
  if (extent.every(Number.isFinite)) view.fit(extent, { padding: [40, 40, 40, 40], maxZoom: 16 });
}
