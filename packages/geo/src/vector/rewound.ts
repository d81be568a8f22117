import type { Position } from 'geojson';

import { planarArea } from '../crs/index.ts';

/** Outer rings counter-clockwise and holes clockwise, as RFC 7946 has them. */
export function rewound(polygon: readonly Position[][]): Position[][] {
  return polygon.map((ring, index) => (planarArea(ring) > 0 === (index === 0) ? ring : ring.toReversed()));
}
