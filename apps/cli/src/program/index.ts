export { answerAtOnce } from './answer-at-once.ts';
export { run } from './run.ts';
