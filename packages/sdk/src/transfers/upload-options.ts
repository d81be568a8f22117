export interface UploadAddresses {
  /** Takes a file whole, in one PUT. */
  readonly url: string;
  /** Takes it in several goes, where the platform offers that. */
  readonly resumableUrl?: string | undefined;
}

export interface UploadOptions {
  /** Told up to where the bytes have been sent. */
  readonly onBytes: (sent: number) => void;
  /** The connection is lost: it waits to carry on. */
  readonly onLost?: () => void;
  /** How often it may be lost without getting any further. Default: four times as often as calls are tried again. */
  readonly retries?: number | undefined;
  readonly signal: AbortSignal | undefined;
}
