export { buildJob, distinctNames, inputFolder } from './build-job.ts';
export type { JobFile } from './build-job.ts';
export { dispatchReason } from './dispatch.ts';
export { jobOf } from './job-of.ts';
