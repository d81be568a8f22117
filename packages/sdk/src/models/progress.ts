/** How far a file has travelled. */
export interface TransferProgress {
  readonly name: string;
  /** So far, in bytes. */
  readonly bytes: number;
  /** All of it, in bytes; undefined while nobody knows. */
  readonly size: number | undefined;
  /** Whether the connection of an upload is lost, and it waits to carry on from here. */
  readonly lost?: boolean;
}
