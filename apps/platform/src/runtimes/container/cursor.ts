/** How far an attempt has been observed. */
export interface Cursor {
  /** Records of the log. */
  readonly logs: number;
  /** The time of the last one: those after it are later. */
  readonly loggedAt: string;
  /** Bytes of the file of samples. */
  readonly metrics: number;
}

const start: Cursor = { logs: 0, loggedAt: '', metrics: 0 };

export const encodeCursor = ({ logs, metrics, loggedAt }: Cursor): string =>
  JSON.stringify([logs, metrics, loggedAt]);

/** @param cursor of `encodeCursor`; null is the beginning */
export function decodeCursor(cursor: string | null): Cursor {
  if (cursor === null) return start;
  const [logs, metrics, loggedAt] = JSON.parse(cursor) as [number, number, string];
  return { logs, metrics, loggedAt };
}
