import { FusionPlatformError } from './base.ts';

export type TransferErrorCode =
  /** The connection failed, and trying again did not help. */
  | 'interrupted'
  /** The store refused: `status` says how. */
  | 'refused'
  /** The bytes are not as many as announced. */
  | 'wrong_length'
  /** The bytes are not those that were announced. */
  | 'wrong_checksum'
  /** The file changed while it was being transferred. */
  | 'changed';

/** An upload or download that failed. No part of it is left behind, unless a download was given `partial`. */
export class TransferError extends FusionPlatformError {
  override readonly name = 'TransferError';
  readonly code: TransferErrorCode;
  /** The name of the file. */
  readonly file: string;
  readonly status: number | undefined;

  constructor(
    code: TransferErrorCode,
    file: string,
    message: string,
    options: { readonly status?: number | undefined; readonly cause?: unknown } = {},
  ) {
    super(`${file}: ${message}`, options.cause);
    this.code = code;
    this.file = file;
    this.status = options.status;
  }
}
