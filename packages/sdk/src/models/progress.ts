/** How much of a file has been transferred. */
export interface TransferProgress {
  readonly name: string;
  /** So far, in bytes. */
  readonly bytes: number;
  /** All of it, in bytes; undefined while it is not known. */
  readonly size: number | undefined;
  /** Whether the connection of an upload is lost, and it waits to carry on from here. */
  readonly lost?: boolean;
}
