import { UnsupportedError } from 'fusion-platform';
import type { ProcessServiceExecution, ProcessServiceExecutionLog } from 'fusion-platform';

import type { Selection } from './selection.ts';

/** Of a record, what is printed. */
export type Line = Pick<ProcessServiceExecutionLog, 'logged_at' | 'message'>;

/** The most that a platform gives at once. */
const pageSize = 1000;

/**
 * The records of a log that may be wanted, oldest first: those that the platform itself finds, where it can, so that a long
 * log is not fetched for a few of its lines. What it does not look for is for the caller to leave out.
 */
export async function* readPart(
  component: ProcessServiceExecution,
  { since, text }: Pick<Selection, 'since' | 'text'>,
  signal: AbortSignal,
): AsyncGenerator<Line> {
  if (since === undefined && text === undefined) {
    yield* component.logs();
    return;
  }
  const query = {
    limit: pageSize,
    since: since === undefined ? undefined : new Date(since).toISOString(),
    text,
    signal,
  };
  for (let from = 0; ;) {
    let page: Awaited<ReturnType<ProcessServiceExecution['readLog']>>;
    try {
      page = await component.readLog({ ...query, from });
    } catch (error) {
      if (!(error instanceof UnsupportedError)) throw error;
      yield* component.logs();
      return;
    }
    for (const { logged_at, message } of page.records) yield { logged_at, message: message ?? '' };
    from += page.records.length;
    if (page.records.length === 0 || from >= page.total) return;
  }
}
