import { FusionPlatformError } from './base.ts';

export type StateErrorCode =
  /** The model is a template: create it first. */
  | 'not_stored'
  | 'already_stored'
  /** A process that executes cannot be changed. */
  | 'process_executing'
  | 'no_such_input'
  | 'no_such_option'
  | 'no_such_dispatcher'
  /** Analysis of the data's files has not ended. */
  | 'data_not_ready'
  | 'wrong_file_type'
  /** An option's value is not of its data type. */
  | 'wrong_value'
  /** Nothing is being transferred. */
  | 'no_transfer'
  | 'transfer_in_progress'
  /** Paths need a file system; a browser has none. */
  | 'no_file_system'
  | 'wrong_argument';

/** What was asked does not fit the present state: `code` says why. Nothing was sent to the platform. */
export class StateError extends FusionPlatformError {
  override readonly name = 'StateError';
  readonly code: StateErrorCode;

  constructor(code: StateErrorCode, message: string, cause?: unknown) {
    super(message, cause);
    this.code = code;
  }
}
