export { analyseVector } from './analyse-vector.ts';
export type { VectorType } from './analyse-vector.ts';
export { LONGEST_REGION, tooMuchOf } from './covered-once.ts';
export type { CoveredGround } from './covered-once.ts';
export { describeGeometry } from './describe-geometry.ts';
export { joinRegions, shareGround } from './join-regions.ts';
export { partsOf } from './geometry.ts';
export { measure } from './measure.ts';
export { selfIntersection } from './self-intersection.ts';
