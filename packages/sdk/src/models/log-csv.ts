import { calls } from '@fusion-platform/contract';

import { csvRecord, lineEnd } from '../csv.ts';
import type { Connection } from '../http/index.ts';
import { Collection, pagesOf } from '../lists/index.ts';

const columns = ['logged_at', 'message'] as const;

/** Half of what the platform gives at once: with all of it, measured, the memory added by a download is thrice as much. */
const pageSize = 500;

/** A component's log as CSV, newest record first: a piece of text a page. */
export async function* logCsv(
  connection: Connection,
  params: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal | undefined,
): AsyncGenerator<string, void, undefined> {
  yield csvRecord(columns) + lineEnd;
  const records = new Collection(
    pagesOf(connection, calls.listLogs, params, { reverse: true }, ({ logged_at, message }) => {
      return csvRecord([logged_at, message]) + lineEnd;
    }),
  );
  for await (const page of records.pages({ pageSize, signal })) {
    if (page.length > 0) yield page.join('');
  }
}
