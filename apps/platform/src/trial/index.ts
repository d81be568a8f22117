export { TrialRefusal, TrialRequest } from './request.ts';
export type { TrialEvent } from './request.ts';
export { runTrial } from './run-trial.ts';
