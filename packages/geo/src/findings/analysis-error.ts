/**
 * What the user can do about it:
 * `wrong_type`: the file is not what it claims; `damaged`: it is, but broken; `invalid`: its content breaks a rule;
 * `unsupported`: it needs a conversion first; `too_large`: it exceeds a limit; `crashed` and `timed_out`: analysis
 * itself could not cope with it.
 */
export type AnalysisErrorCode =
  | 'wrong_type'
  | 'damaged'
  | 'invalid'
  | 'unsupported'
  | 'too_large'
  | 'crashed'
  | 'timed_out';

/** Why a file cannot be used. The message is for the user: what is wrong, where, and what to do. */
export class AnalysisError extends Error {
  override readonly name = 'AnalysisError';
  readonly code: AnalysisErrorCode;

  constructor(code: AnalysisErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
