export { analyseVector } from './analyse-vector.ts';
export type { VectorType } from './analyse-vector.ts';
export { describeGeometry } from './describe-geometry.ts';
export { partsOf } from './geometry.ts';
export { measure } from './measure.ts';
export { selfIntersection } from './self-intersection.ts';
