import type { DataFile } from 'fusion-platform';
import GeoJSON from 'ol/format/GeoJSON.js';
import VectorLayer from 'ol/layer/Vector.js';
import VectorSource from 'ol/source/Vector.js';
import Fill from 'ol/style/Fill.js';
import Stroke from 'ol/style/Stroke.js';
import Style from 'ol/style/Style.js';
import { useEffect } from 'react';
import type { ReactNode } from 'react';

import { colourOf } from '../ui/colour-of.ts';
import { boxOf } from '../data/bounds-text.ts';
import type { Bounds } from '../data/bounds-text.ts';
import { boundsAround, unwrapBounds } from './bounds-around.ts';
import { goToBounds, useMap } from './use-map.ts';

/** What files cover, as outlines: as the platform found them, or their bounds. */
export function OutlineMap({ files }: { readonly files: readonly DataFile[] }): ReactNode {
  const { place, map } = useMap();
  useEffect(() => {
    if (!map) return undefined;
    const reading = { dataProjection: 'EPSG:4326', featureProjection: map.getView().getProjection() };
    const source = new VectorSource();
    for (const { geojson, bounds } of files) {
      const outline = geojson
        ? (JSON.parse(geojson) as object)
        : bounds && boxOf(unwrapBounds(bounds) as unknown as Bounds);
      if (outline) source.addFeatures(new GeoJSON().readFeatures(outline, reading));
    }
    const accent = colourOf('--running');
    const layer = new VectorLayer({
      source,
      zIndex: 3,
      style: new Style({
        fill: new Fill({ color: accent.replace(')', ' / 0.2)') }),
        stroke: new Stroke({ color: accent, width: 2 }),
      }),
    });
    map.addLayer(layer);
    const around = boundsAround(files.map(({ bounds }) => bounds));
    if (around) goToBounds(map, around);
    return () => void map.removeLayer(layer);
  }, [map, files]);
  return <div className="map" ref={place} tabIndex={0} role="application" aria-label="Map of the outlines" />;
}
