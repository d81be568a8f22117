import TopoJSON from 'ol/format/TopoJSON.js';
import VectorLayer from 'ol/layer/Vector.js';
import VectorSource from 'ol/source/Vector.js';
import Fill from 'ol/style/Fill.js';
import Stroke from 'ol/style/Stroke.js';
import Style from 'ol/style/Style.js';
import address from 'world-atlas/countries-50m.json?url';

import { colourOf } from '../ui/colour-of.ts';

/** Countries with their coasts and borders (Natural Earth 1:50 million, public domain), from the platform itself. */
export function createBaseLayer(): VectorLayer {
  return new VectorLayer({
    source: new VectorSource({
      url: address,
      format: new TopoJSON({ dataProjection: 'EPSG:4326', layers: ['countries'] }),
      attributions: 'Natural Earth',
    }),
    style: baseStyle(),
    zIndex: 0,
  });
}

export const baseStyle = (): Style =>
  new Style({
    fill: new Fill({ color: colourOf('--land') }),
    stroke: new Stroke({ color: colourOf('--border-of-land'), width: 1 }),
  });
