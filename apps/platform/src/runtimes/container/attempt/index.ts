export { containerAttemptFiles, listAttempts, readJob, writeJob } from './attempt-files.ts';
export { ContainerAttempt } from './container-attempt.ts';
export { containerName } from './container-options.ts';
