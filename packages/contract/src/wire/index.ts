export { flattenModel, parseFlatBody, requireFields } from './body.ts';
export { parse, parseModel, parseTemplate, presentModel } from './model.ts';
export { buildPath, PathError } from './path.ts';
export {
  decodeBoolean,
  decodeListQuery,
  encodeListQuery,
  encodeScalar,
  filterModifiers,
  maximumLimit,
  QueryError,
} from './query.ts';
export type { Filter, FilterModifier, ListQuery, Scalar } from './query.ts';
