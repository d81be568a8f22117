/**
 * The id of a log record: a UUID of version 8 that holds the beginning of its component's id and its place in the log.
 * So a record is found by its id without an index of ids, which would double what storing 100,000 records costs.
 */
export function logId(componentId: string, seq: number): string {
  const hex = componentId.replaceAll('-', '').toLowerCase();
  const place = seq.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${place}`;
}

/** The place that an id names; undefined when it is not the id of a record of this component. */
export function seqOfLogId(componentId: string, id: string): number | undefined {
  const seq = Number.parseInt(id.slice(-12), 16);
  return Number.isSafeInteger(seq) && logId(componentId, seq) === id.toLowerCase() ? seq : undefined;
}
