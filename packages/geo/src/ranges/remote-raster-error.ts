/**
 * Why a remote raster could not be read. `not_found`: there is none at that address; `unreachable`: the server did
 * not answer, or not well, after several tries (another time it may); `refused`: it will not serve it; `unusable`:
 * what it serves is no GeoTIFF that can be read in parts; `too_large`: the window has more pixels than allowed.
 */
export type RemoteRasterErrorCode = 'not_found' | 'unreachable' | 'refused' | 'unusable' | 'too_large';

export class RemoteRasterError extends Error {
  override readonly name = 'RemoteRasterError';
  readonly code: RemoteRasterErrorCode;
  readonly url: string;
  /** The HTTP status, when there was an answer. */
  readonly status: number | null;

  constructor(
    code: RemoteRasterErrorCode,
    url: string,
    message: string,
    options: ErrorOptions & { status?: number } = {},
  ) {
    super(`${message}: ${url}`, options);
    this.code = code;
    this.url = url;
    this.status = options.status ?? null;
  }
}
