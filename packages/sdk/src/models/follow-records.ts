import { calls } from '@fusion-platform/contract';
import type { ModelValue, ProcessServiceExecutionLog } from '@fusion-platform/contract';

import { RequestError } from '../errors/index.ts';
import { anySignal, delay, follow, NoLiveStream } from '../http/index.ts';
import type { Connection } from '../http/index.ts';
import { pagesOf } from '../lists/index.ts';

type LogRecord = ModelValue<typeof ProcessServiceExecutionLog>;
type Params = Readonly<Record<string, string | undefined>>;

/** The records of a component's log as they come, each once, until `ended` and no more are there. */
export async function* followRecords(
  connection: Connection,
  params: Params,
  { signal, after }: { readonly signal: AbortSignal | undefined; readonly after: string | undefined },
  ended: () => Promise<boolean>,
): AsyncGenerator<LogRecord, void, undefined> {
  const stop = anySignal(connection.signal, signal);
  let lastId = after;
  let live = true;
  for (;;) {
    if (live) {
      try {
        for await (const { value } of follow(connection, calls.followLogs, params, {
          signal,
          lastEventId: lastId,
        })) {
          if (value.event === 'end') return;
          lastId = value.model.id;
          yield value.model;
        }
      } catch (error) {
        if (error instanceof NoLiveStream) live = false;
        else if (!(error instanceof RequestError && error.retryable)) throw error;
      }
    }
    // Asked before the records are read: those of its last moment are not missed.
    const over = await ended();
    const fresh = await recordsAfter(connection, params, lastId, signal);
    for (const record of fresh) {
      lastId = record.id;
      yield record;
    }
    if (over) return;
    await delay(connection.pollInterval, stop);
  }
}

/** Reads back from the newest record to the one known last; gives what is newer, oldest first. */
async function recordsAfter(
  connection: Connection,
  params: Params,
  lastId: string | undefined,
  signal: AbortSignal | undefined,
): Promise<LogRecord[]> {
  const fresh: LogRecord[] = [];
  const pages = pagesOf(connection, calls.listLogs, params, { reverse: true }, (record) => record);
  for await (const page of pages({ signal })) {
    const known = page.findIndex(({ id }) => id === lastId);
    fresh.push(...(known === -1 ? page : page.slice(0, known)));
    if (known !== -1) break;
  }
  return fresh.toReversed();
}
