import { CallError, logFileColumns, logFileHeaders } from '@fusion-platform/contract';
import { csvFormatRow } from 'd3-dsv';
import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';

import { selectRows } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import { logId, seqOfLogId } from '../records/index.ts';
import { findComponent } from './read.ts';

/** So many records are read at once at most, and so many bytes of them: a line may be 64 kB long. */
const batchRecords = 4000;
const batchBytes = 512 * 1024;

const lineEnd = '\r\n';

export interface LogFileQuery {
  readonly format?: 'csv' | 'ndjson' | undefined;
  readonly reverse?: boolean | undefined;
  readonly header?: boolean | undefined;
  readonly attempt?: number | undefined;
  readonly until?: string | undefined;
  readonly skip?: number | undefined;
}

/** A file that is made while it is read. */
export interface StreamedFile {
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: AsyncGenerator<string, void, undefined>;
}

interface FileRow {
  /** Its `seq`, under another name: `order by seq` would sort by this text. */
  readonly place: string;
  readonly logged_at: string;
  readonly message: string;
  /** The other columns, which are read only where they are asked for. */
  readonly created_at?: string;
  readonly attempt?: number;
}

/**
 * The log of a component as a file: the records that are there now, a batch at a time in memory.
 * @throws CallError `not_found`, `bad_request`; its chunks throw when records are removed meanwhile
 */
export async function openLogFile(
  queries: Queries,
  organisationId: string,
  componentId: string,
  query: LogFileQuery,
): Promise<StreamedFile> {
  await findComponent(queries, organisationId, componentId);
  const { reverse = false, skip = 0, attempt } = query;
  const until = query.until === undefined ? undefined : seqOfLogId(componentId, query.until);
  if (query.until !== undefined && until === undefined)
    throw new CallError('bad_request', `until: ${query.until} is no record of this component’s log`);
  const wanted = sql`component_id = ${componentId} and (${attempt ?? null}::int is null or attempt = ${attempt ?? null})`;
  const [found] = await selectRows<{ count: number; newest: string | null }>(
    queries,
    sql`select count(*)::int as count, max(seq)::text as newest from component_logs
      where ${wanted} and (${until ?? null}::bigint is null or seq <= ${until ?? null})`,
  );
  const newest = Number(found?.newest ?? 0);
  const count = Math.max(0, (found?.count ?? 0) - skip);
  const csv = query.format !== 'ndjson';
  const format = csv ? csvRow : (row: FileRow) => `${JSON.stringify(wireForm(componentId, row))}\n`;
  return {
    contentType: csv ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8',
    headers: {
      [logFileHeaders.records]: String(count),
      ...(newest > 0 ? { [logFileHeaders.until]: logId(componentId, newest) } : {}),
    },
    chunks: (async function* () {
      if (csv && query.header !== false) yield csvFormatRow([...logFileColumns]) + lineEnd;
      let left = count;
      for await (const rows of batches(queries, { wanted, newest, reverse, skip, whole: !csv })) {
        left -= rows.length;
        yield rows.map(format).join('');
      }
      if (left !== 0) throw new Error(`the log of ${componentId} was removed while it was downloaded`);
    })(),
  };
}

interface Range {
  readonly wanted: SQL;
  readonly newest: number;
  readonly reverse: boolean;
  readonly skip: number;
  /** With the fields that CSV does not have. */
  readonly whole: boolean;
}

/** By keyset, so that no statement is open between batches and each costs the same however long the log is. */
async function* batches(
  queries: Queries,
  { wanted, newest, reverse, skip, whole }: Range,
): AsyncGenerator<FileRow[], void, undefined> {
  const more = whole ? sql`, ${isoText(sql`created_at`)} as created_at, attempt` : sql``;
  const order = reverse ? sql`seq desc` : sql`seq`;
  const beyond = (at: number): SQL => (reverse ? sql`seq < ${at}` : sql`seq > ${at} and seq <= ${newest}`);
  let at = reverse ? newest + 1 : 0;
  if (skip > 0) {
    const [last] = await selectRows<{ place: string }>(
      queries,
      sql`select seq::text as place from component_logs where ${wanted} and ${beyond(at)} order by ${order} offset ${skip - 1} limit 1`,
    );
    if (!last) return;
    at = Number(last.place);
  }
  for (;;) {
    const rows = await selectRows<FileRow>(
      queries,
      sql`select seq::text as place, ${isoText(sql`logged_at`)} as logged_at, message${more}
        from (
          select *, sum(octet_length(message)) over (order by ${order} rows unbounded preceding) - octet_length(message) as before
          from component_logs where ${wanted} and ${beyond(at)} order by ${order} limit ${batchRecords}
        ) as batch where before < ${batchBytes} order by ${order}`,
    );
    const end = rows.at(-1);
    if (!end) return;
    yield rows;
    at = Number(end.place);
  }
}

/** A time as the API writes it: in UTC, with all six digits. */
const isoText = (column: SQL): SQL =>
  sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')`;

const csvRow = ({ logged_at, message }: FileRow): string => csvFormatRow([logged_at, message]) + lineEnd;

/** The same as in the list of records; see `presentLog`. */
const wireForm = (componentId: string, row: FileRow): Record<string, unknown> => ({
  id: logId(componentId, Number(row.place)),
  created_at: row.created_at,
  updated_at: row.created_at,
  process_service_execution_id: componentId,
  logged_at: row.logged_at,
  message: row.message,
  attempt: row.attempt,
});
