import type { Analysis } from './analysis.ts';

/** The analysis of a file of which nothing is known but its size and its media type. */
export function withoutPlace(size: number, mediaType: string): Analysis {
  return {
    size,
    crs: null,
    resolution: null,
    bounds: null,
    area: null,
    length: null,
    points: null,
    lines: null,
    polygons: null,
    selectors: null,
    publishable: true,
    preview: false,
    geojson: null,
    region: null,
    alternative: null,
    acquired: null,
    outline: null,
    ended: [],
    later: [],
    stac: {
      mediaType,
      roles: ['data'],
      geometry: null,
      epsg: null,
      shape: null,
      transform: null,
      projectedBounds: null,
      bands: null,
    },
  };
}
