/**
 * Why an address gave no answer. `refused`: it may not be called, and trying again does not help. `unreachable`,
 * `timeout`: it may be there later. `too_large`: it answered with more than was asked for.
 */
export class SafeFetchError extends Error {
  readonly code: 'refused' | 'unreachable' | 'timeout' | 'too_large';

  constructor(code: SafeFetchError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SafeFetchError';
    this.code = code;
  }
}
