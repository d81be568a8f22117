export { CliError, notFound, usageError } from './cli-error.ts';
export { exitCodes } from './exit-codes.ts';
export type { ExitCode } from './exit-codes.ts';
export { exitCodeTexts } from './exit-codes.ts';
export { describeError } from './describe.ts';
export { InterruptedError } from './interrupted.ts';
export { errorJson } from './error-json.ts';
