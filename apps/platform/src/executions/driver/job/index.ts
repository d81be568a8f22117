export { dispatchReason } from './dispatch.ts';
export { jobOf } from './job-of.ts';
