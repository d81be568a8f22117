export { begin } from './begin.ts';
export { failPlatform, finishAttempt, giveUpAttempt } from './finish-attempt.ts';
export { publish } from './publish.ts';
export type { Step } from './step.ts';
