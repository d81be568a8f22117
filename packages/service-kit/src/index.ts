export {
  describeError,
  DispatchRefusal,
  InvalidJob,
  Refusal,
  ServiceError,
  Stopped,
  TransientError,
} from './errors.ts';
export type { ExitType } from './errors.ts';
export { readJob } from './job.ts';
export type { Dispatch, Job, OptionValue, Region } from './job.ts';
export type { InputFile, Kit } from './kit.ts';
export type { Dispatched, OutputDetails } from './outcome.ts';
export { runService } from './run-service.ts';
export type { Service } from './run-service.ts';
export type { TransferKind } from './status.ts';
