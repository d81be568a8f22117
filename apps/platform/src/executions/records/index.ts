export { handleOf } from './attempt-handle.ts';
export {
  earlierDigest,
  gather,
  logFromPlatform,
  positionFields,
  positionOf,
  store,
  storeGathered,
  storeRecords,
} from './collect.ts';
export type { Gathered } from './collect.ts';
export { insertLogs } from './insert-logs.ts';
export { logId, seqOfLogId } from './log-id.ts';
