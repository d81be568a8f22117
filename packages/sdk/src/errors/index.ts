export { FusionPlatformError } from './base.ts';
export { ModelError } from './model-error.ts';
export { AnalysisError, ExecutionError, NotStartedError } from './outcome-errors.ts';
export {
  AuthenticationError,
  ConflictError,
  ConnectionError,
  InsufficientCreditsError,
  NotFoundError,
  PermissionError,
  RequestError,
  SessionExpiredError,
} from './request-error.ts';
export type { RequestFailure } from './request-error.ts';
export { StateError } from './state-error.ts';
export type { StateErrorCode } from './state-error.ts';
export { TransferError } from './transfer-error.ts';
export type { TransferErrorCode } from './transfer-error.ts';
export { UnsupportedError } from './unsupported-error.ts';
