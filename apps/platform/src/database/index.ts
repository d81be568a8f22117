export { beforeCommit, isInTransaction } from './hooks.ts';
export { checkServer } from './check-server.ts';
export { claimRows, isUnclaimed, releaseClaims, renewClaims } from './lease.ts';
export type { Lease } from './lease.ts';
export { jsonOf, jsonRow } from './json-row.ts';
export { openDatabase } from './open.ts';
export type { Database } from './open.ts';
export { selectPage } from './page.ts';
export type { Page } from './page.ts';
export { plainMessage } from './plain-message.ts';
export { prepared } from './prepared.ts';
export type { Queries } from './queries.ts';
export { selectRows } from './rows.ts';
export { statement } from './statement.ts';
export { together } from './together.ts';
export { eachInTurn } from './each-in-turn.ts';
export { firstTurn } from './turn.ts';
export type { Turn } from './turn.ts';
export { typedValue } from './typed-value.ts';
export { updates } from './updates.ts';
export { unseenIds } from './unseen-ids.ts';
export { withoutParameters } from './without-parameters.ts';
export * as tables from './tables/index.ts';
export { platformNow } from './columns.ts';
export type {
  AttemptState,
  ComponentDispatch,
  ComponentInput,
  ComponentOutput,
  ComponentState,
  StoredReason,
  Dispatched,
  ExecutionState,
} from './tables/index.ts';
