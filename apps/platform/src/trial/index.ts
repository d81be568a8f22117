export { TrialRefusal, TrialRequest } from './request.ts';
export { runTrial } from './run-trial.ts';
