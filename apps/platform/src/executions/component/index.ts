export { setAttempt } from './attempt-row.ts';
export {
  endComponent,
  halt,
  haltFor,
  LeaseLostError,
  moveComponent,
  readWork,
  updateProgress,
} from './component.ts';
export type { Work } from './component.ts';
export { haltEnding, judge } from './decide.ts';
export type { Facts, Retried, Verdict } from './decide.ts';
export { lockGroup } from './lock-group.ts';
export { settleExecutions } from './settle.ts';
export { activeStates, hasEnded } from './states.ts';
