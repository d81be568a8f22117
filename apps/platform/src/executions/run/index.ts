export { execute } from './execute.ts';
export { moveGroups } from './groups.ts';
export { storageId } from './make-run.ts';
export { retryExecution } from './retry.ts';
export {
  advanceSchedules,
  nextDue,
  payWaiting,
  startChangedRuns,
  startDueRuns,
  stopDoneProcesses,
} from './schedules.ts';
export { unfinished } from './start-run.ts';
export { stop, stopExecution, stopRuns } from './stop.ts';
