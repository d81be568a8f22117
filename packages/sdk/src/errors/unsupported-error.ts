import { FusionPlatformError } from './base.ts';

/** The platform has no such call: it is not part of the API that every platform has. */
export class UnsupportedError extends FusionPlatformError {
  override readonly name = 'UnsupportedError';
  readonly code = 'unsupported';
  /** Which call it was, as openapi.json names it. */
  readonly call: string;

  constructor(call: string, what: string, cause?: unknown) {
    super(`This platform cannot do that: it has no call to ${what}`, cause);
    this.call = call;
  }
}
