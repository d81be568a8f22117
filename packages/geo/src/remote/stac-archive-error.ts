/**
 * Why a STAC archive gave no answer. `unreachable`: it does not answer, or not well, after several tries (another time
 * it may); `refused`: it will not answer this; `no_collection`: it has none of that name; `unusable`: what answers is no
 * STAC API, or one without an end.
 */
export type StacArchiveErrorCode = 'unreachable' | 'refused' | 'no_collection' | 'unusable';

/** Its message names the archive and is one for the user. */
export class StacArchiveError extends Error {
  override readonly name = 'StacArchiveError';
  readonly code: StacArchiveErrorCode;

  constructor(code: StacArchiveErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
