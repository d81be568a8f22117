import { booleanIntersects } from '@turf/boolean-intersects';

import type { Scene } from './scene.ts';
import type { SearchQuery } from './search-query.ts';

export interface Page {
  readonly scenes: readonly Scene[];
  /** On all pages. */
  readonly matched: number;
  /** Where the next page starts; null on the last. */
  readonly next: number | null;
}

/** The scenes that a query asks for, in their own order. */
export function search(scenes: readonly Scene[], query: SearchQuery): Page {
  const { limit, offset } = query;
  const found = scenes.filter((scene) => fits(scene, query));
  const end = offset + limit;
  return {
    scenes: found.slice(offset, end),
    matched: found.length,
    next: end < found.length ? end : null,
  };
}

function fits(scene: Scene, query: SearchQuery): boolean {
  const { bbox, intersects, collections, ids, datetime } = query;
  if (collections && !collections.includes(scene.collection)) return false;
  if (ids && !ids.includes(scene.id)) return false;
  if (datetime) {
    const time = scene.datetime.getTime();
    if (time < datetime[0] || time > datetime[1]) return false;
  }
  const { bounds, stac } = scene.analysis;
  if (bbox) {
    if (bounds === null) return false;
    const [west, south, east, north] = bounds;
    if (!bbox.some((box) => box[0] <= east && box[2] >= west && box[1] <= north && box[3] >= south))
      return false;
  }
  return !intersects || (stac.geometry !== null && booleanIntersects(intersects, stac.geometry));
}
