export {
  addAttempts,
  endAttempt,
  leaveQueue,
  noteOfAttempt,
  queueAttempt,
  startAttempt,
  withdrawAttempt,
} from './attempt-transitions.ts';
export { decide, haltEnding } from './decide.ts';
export type { Decision, Facts, Retried } from './decide.ts';
export { endComponent, haltExecution, haltFor } from './end-component.ts';
export { inputReason, notAccepted, sentenceOf, withoutCredentials } from './end-reason.ts';
export { endExecutions } from './end-executions.ts';
export {
  admitExecutions,
  closeExecution,
  newExecution,
  payExecutions,
  reopenExecution,
} from './execution-transitions.ts';
export { LeaseLostError } from './lease.ts';
export { lockGroup } from './lock-group.ts';
export { queueReason, storedReason } from './queue-reason.ts';
export { updateProgress } from './progress.ts';
export { activeStates, hasEnded } from './states.ts';
export {
  claimComponents,
  postponeComponent,
  publishComponent,
  queueComponent,
  reopenComponent,
  repeatComponent,
  startComponent,
} from './transitions.ts';
export { readWork } from './work.ts';
export type { Work } from './work.ts';
