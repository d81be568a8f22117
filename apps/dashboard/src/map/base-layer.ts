import type Feature from 'ol/Feature.js';
import TopoJSON from 'ol/format/TopoJSON.js';
import MultiPolygon from 'ol/geom/MultiPolygon.js';
import Polygon from 'ol/geom/Polygon.js';
import VectorLayer from 'ol/layer/Vector.js';
import type { ProjectionLike } from 'ol/proj.js';
import VectorSource from 'ol/source/Vector.js';
import Fill from 'ol/style/Fill.js';
import Stroke from 'ol/style/Stroke.js';
import Style from 'ol/style/Style.js';
import address from 'world-atlas/countries-50m.json?url';

import { colourOf } from '../ui/colour-of.ts';
import { asHtml } from './base-map.ts';
import { unwrapRing } from './unwrap.ts';

/**
 * Countries with their coasts and borders (Natural Earth 1:50 million, public domain), from the platform itself.
 * @param told what is to be said in the corner of the map beside who made it
 */
export function createBaseLayer(told?: string): VectorLayer {
  const source: VectorSource = new VectorSource({
    attributions: ['Natural Earth', ...(told ? [asHtml(told)] : [])],
    loader: (extent, _resolution, projection, success, failure) => {
      readCountries(projection)
        .then((features) => {
          source.addFeatures(features);
          success?.(features);
          return undefined;
        })
        .catch(() => {
          source.removeLoadedExtent(extent);
          failure?.();
        });
    },
  });
  return new VectorLayer({ source, style: baseStyle(), zIndex: 0 });
}

async function readCountries(projection: ProjectionLike): Promise<Feature[]> {
  const answer = await fetch(address);
  const features: Feature[] = new TopoJSON({ layers: ['countries'] }).readFeatures(await answer.json());
  for (const feature of features) {
    const geometry = feature.getGeometry();
    const whole =
      geometry instanceof Polygon
        ? new Polygon(geometry.getCoordinates().map(unwrapRing))
        : geometry instanceof MultiPolygon
          ? new MultiPolygon(geometry.getCoordinates().map((rings) => rings.map(unwrapRing)))
          : undefined;
    feature.setGeometry(whole?.transform('EPSG:4326', projection));
  }
  return features;
}

export const baseStyle = (): Style =>
  new Style({
    fill: new Fill({ color: colourOf('--land') }),
    stroke: new Stroke({ color: colourOf('--border-of-land'), width: 1 }),
  });
