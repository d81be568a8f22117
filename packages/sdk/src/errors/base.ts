/** Every error of the SDK but an abort: `code` says which, `cause` what led to it. */
export abstract class FusionPlatformError extends Error {
  abstract readonly code: string;

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
  }
}
