export { seenAsJson } from './json.ts';
export type { Seen } from './observe.ts';
export { paintState } from './paint.ts';
export { componentState, executionState, hasEnded, marks } from './state.ts';
export type { State } from './state.ts';
export { lookOn, verdict, watchExecutions } from './watch.ts';
export { evidenceText } from './evidence-text.ts';
export { evidenceOf, nextMoveOf, nextMoveText } from './told.ts';
export type { ToldReason } from './told.ts';
