import { booleanIntersects } from '@turf/boolean-intersects';

import { placeOf } from './scene.ts';
import type { Scene } from './scene.ts';
import type { SearchQuery, SortKey } from './search-query.ts';

export interface Page {
  readonly scenes: readonly Scene[];
  /** On all pages. */
  readonly matched: number;
  /** Where the next page starts; null on the last. */
  readonly next: number | null;
}

/** The scenes that a query asks for, in the archive's own order unless it asks for another. */
export function search(scenes: readonly Scene[], query: SearchQuery): Page {
  const { limit, offset } = query;
  const found = scenes.filter((scene) => fits(scene, query)).toSorted((a, b) => compare(a, b, query.sortby));
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
  const { bounds, geometry } = placeOf(scene);
  if (bbox) {
    if (bounds === null) return false;
    const [west, south, east, north] = bounds;
    if (!bbox.some((box) => box[0] <= east && box[2] >= west && box[1] <= north && box[3] >= south))
      return false;
  }
  return !intersects || (geometry !== null && booleanIntersects(intersects, geometry));
}

function compare(a: Scene, b: Scene, keys: readonly SortKey[]): number {
  for (const { field, descending } of keys) {
    const [left, right] = [a[field], b[field]];
    if (left < right) return descending ? 1 : -1;
    if (left > right) return descending ? -1 : 1;
  }
  return 0;
}
