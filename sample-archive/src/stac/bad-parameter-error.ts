/** A request that cannot be answered as it is; `message` tells its sender what to change. */
export class BadParameterError extends Error {
  override readonly name = 'BadParameterError';
  readonly code = 'BadRequest';
  readonly statusCode = 400;
}
