export { analyseVector } from './analyse-vector.ts';
export type { VectorType } from './analyse-vector.ts';
export { describeGeometry } from './describe-geometry.ts';
