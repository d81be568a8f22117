import { sql } from 'drizzle-orm';

import type { Queries } from '../../database/index.ts';

/** A mark says where a line is. There is one for each so many lines. */
const linesPerMark = 1000;

/**
 * Adds records to the log of a component in their order: they are listed by `seq`, which counts up in the order of the rows.
 * The length of the log is counted, and its row held until the records are stored: so those of one log are stored in the
 * order of `seq`, also when others write to it. The component is held first, as the records' reference to it would do it later:
 * the other way round two writers could wait for each other.
 */
export async function insertLogs(
  tx: Queries,
  componentId: string,
  attempt: number,
  records: readonly { readonly loggedAt: string; readonly stream: string; readonly message: string }[],
): Promise<void> {
  const list = (pick: (record: (typeof records)[number]) => string) => sql.param(records.map(pick));
  await tx.execute(
    sql`with held as materialized (
        select id from process_service_executions where id = ${componentId} for key share),
      length as (
        insert into component_log_lengths as length (component_id, lines) select id, ${records.length}::int from held
        on conflict (component_id) do update set lines = length.lines + excluded.lines
        returning component_id, lines - ${records.length}::int as before, lines as after),
      added as (
        insert into component_logs (component_id, attempt, stream, logged_at, message)
        select component_id, ${attempt}, stream, logged_at, message
        from length cross join unnest(${list((r) => r.stream)}::text[], ${list((r) => r.loggedAt)}::timestamptz[],
            ${list((r) => r.message)}::text[]) with ordinality as record (stream, logged_at, message, place)
        order by place returning seq)
      insert into component_log_marks (component_id, line, seq)
      select component_id, before, (select min(seq) from added) from length
      where before = 0 or before / ${linesPerMark}::int < after / ${linesPerMark}::int`,
  );
}
