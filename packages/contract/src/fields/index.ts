export { field } from './field.ts';
export type { Field, FieldOptions, Flagged } from './field.ts';
export { normaliseDateTime } from './date-time.ts';
export { formatRelativeDelta, parseRelativeDelta, RelativeDelta } from './relative-delta.ts';
export { formatTimeDelta, parseTimeDelta, TimeDelta } from './time-delta.ts';
export {
  boolean,
  datetime,
  decimal,
  email,
  int32,
  integer,
  json,
  listOf,
  relativeDelta,
  string,
  timeDelta,
  url,
  urlTemplate,
  uuid,
} from './types.ts';
