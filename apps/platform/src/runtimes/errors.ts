/** What the caller can do about a failure: try again later, mend what it asked for, or give up on this attempt. */
export type RuntimeErrorCode =
  /** The runtime cannot be reached or started just now; the same call may succeed later. */
  | 'runtime_unavailable'
  /** The request is wrong (a folder that is not there, an id that is no UUID): mend it. */
  | 'invalid_attempt'
  /** The machine that is to run it has no folder of its service any more: put it back. */
  | 'service_gone'
  /** There is no image of that name, or its registry refuses or does not answer in time. */
  | 'image_unavailable'
  /** The attempt still runs, so it cannot be removed: stop it first. */
  | 'attempt_running';

export class RuntimeError extends Error {
  readonly code: RuntimeErrorCode;

  constructor(code: RuntimeErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'RuntimeError';
    this.code = code;
  }
}

/** Whether the same call may succeed later. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof RuntimeError && error.code === 'runtime_unavailable';
