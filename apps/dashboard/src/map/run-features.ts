import type { RunExecution } from 'fusion-platform';
import Feature from 'ol/Feature.js';
import GeoJSON from 'ol/format/GeoJSON.js';
import type Geometry from 'ol/geom/Geometry.js';
import GeometryCollection from 'ol/geom/GeometryCollection.js';
import { fromExtent } from 'ol/geom/Polygon.js';
import type { ProjectionLike } from 'ol/proj.js';

import { unwrapBounds } from './bounds-around.ts';

/** Where each execution works, as features with its id. Aggregators work on what slices made, and have no place. */
export function featuresOf(
  executions: readonly RunExecution[],
  projection: ProjectionLike,
): readonly Feature[] {
  return executions.flatMap((execution) => {
    const geometry = geometryOf(execution, projection);
    if (!geometry || execution.role === 'aggregator') return [];
    const feature = new Feature(geometry);
    feature.setId(execution.id);
    return [feature];
  });
}

function geometryOf({ outline, bounds }: RunExecution, projection: ProjectionLike): Geometry | undefined {
  const reading = { dataProjection: 'EPSG:4326', featureProjection: projection };
  if (outline) {
    try {
      const read = new GeoJSON().readFeatures(JSON.parse(outline), reading);
      const parts = read.flatMap((feature) => feature.getGeometry() ?? []);
      if (parts.length === 1) return parts[0];
      if (parts.length > 1) return new GeometryCollection(parts);
    } catch {
      // Its bounds do.
    }
  }
  return bounds?.length === 4
    ? fromExtent([...unwrapBounds(bounds)]).transform('EPSG:4326', projection)
    : undefined;
}
