import { calls, logFileColumns, logFileHeaders } from '@fusion-platform/contract';

import { csvRecord, lineEnd } from '../csv.ts';
import { ConnectionError, RequestError } from '../errors/index.ts';
import { anySignal, delay, mayRetry, openFile, pauseBefore } from '../http/index.ts';
import type { Connection, OpenedFile } from '../http/index.ts';
import { Collection, pagesOf } from '../lists/index.ts';
import { CsvRows } from './csv-rows.ts';
import { isUnknownCall } from './extension-call.ts';

/** How far the log of a component has come. */
export interface LogProgress {
  /** So far. */
  readonly records: number;
  /** All of it; undefined where the platform does not tell. */
  readonly total: number | undefined;
}

export interface LogFileOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LogProgress) => void) | undefined;
}

type Params = Readonly<Record<string, string | undefined>>;

/** Half of what the platform gives at once: with all of it, measured, the memory added by a download is thrice as much. */
const pageSize = 500;

/** A component's log as CSV, newest record first: in one answer where the platform can, or a piece of text a page. */
export async function* logCsv(
  connection: Connection,
  params: Params,
  options: LogFileOptions,
): AsyncGenerator<Uint8Array | string, void, undefined> {
  yield csvRecord(logFileColumns) + lineEnd;
  const opened = await tryToOpen(connection, params, options.signal);
  if (opened) yield* wholeLog(connection, params, opened, options);
  else yield* pagedLog(connection, params, options);
}

/** A log in one answer. */
interface OpenedLog {
  readonly chunks: OpenedFile['chunks'];
  readonly records: number;
  readonly until: string | undefined;
}

/** @throws RequestError `bad_answer` when it is no log */
async function openLog(
  connection: Connection,
  params: Params,
  part: { readonly skip?: number; readonly until?: string | undefined },
  signal: AbortSignal | undefined,
): Promise<OpenedLog> {
  const { skip, until } = part;
  const { contentType, headers, chunks } = await openFile(connection, calls.downloadLog, params, {
    query: {
      format: 'csv',
      reverse: true,
      header: false,
      ...(skip === undefined || skip === 0 ? {} : { skip }),
      ...(until === undefined ? {} : { until }),
    },
    accept: 'text/csv',
    signal,
  });
  const records = headers.get(logFileHeaders.records);
  if (records === null || !contentType.startsWith('text/csv')) {
    await chunks.return();
    throw new RequestError({
      message: 'The answer is no log',
      code: 'bad_answer',
      where: calls.downloadLog.path,
      status: 200,
    });
  }
  return { chunks, records: Number(records), until: headers.get(logFileHeaders.until) ?? undefined };
}

/** Undefined where the platform has no such call. */
async function tryToOpen(
  connection: Connection,
  params: Params,
  signal: AbortSignal | undefined,
): Promise<OpenedLog | undefined> {
  if (connection.logFiles === false) return undefined;
  for (let retry = 0; ; retry += 1) {
    try {
      const opened = await openLog(connection, params, {}, signal);
      connection.logFiles = true;
      return opened;
    } catch (error) {
      // What is not there at all, the pages tell.
      const lacks = isUnknownCall(error) || (error instanceof RequestError && error.code === 'bad_answer');
      if (lacks && connection.logFiles === undefined) return undefined;
      await pauseOrThrow(connection, error, retry, signal);
    }
  }
}

/** All records, each once: what is cut off is gone on with after the last whole record. */
async function* wholeLog(
  connection: Connection,
  params: Params,
  first: OpenedLog,
  { signal, onProgress }: LogFileOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const rows = new CsvRows();
  const { records: total, until } = first;
  let opened: OpenedLog | undefined = first;
  for (let retry = 0; ; retry += 1) {
    const before = rows.count;
    let failure: unknown;
    try {
      opened ??= await openLog(connection, params, { skip: rows.count, until }, signal);
      onProgress?.({ records: rows.count, total });
      for await (const chunk of opened.chunks) {
        yield* rows.push(chunk);
        onProgress?.({ records: rows.count, total });
      }
      if (rows.count === total) return;
      failure = cutOff(rows.count, total);
    } catch (error) {
      failure = error;
    }
    if (rows.count > total) throw failure;
    rows.dropRest();
    opened = undefined;
    // As long as something arrives each time, it is worth going on.
    if (rows.count > before) retry = 0;
    await pauseOrThrow(connection, failure, retry, signal);
  }
}

function cutOff(records: number, total: number): ConnectionError {
  return new ConnectionError({
    message: `The log was cut off: ${records} of ${total} records came`,
    code: 'connection_failed',
    where: calls.downloadLog.path,
    reached: true,
    cause: undefined,
  });
}

async function pauseOrThrow(
  { policy, log, signal }: Connection,
  error: unknown,
  retry: number,
  own: AbortSignal | undefined,
): Promise<void> {
  if (retry >= policy.retries || !mayRetry(error, true)) throw error;
  const pause = pauseBefore(retry, policy, error.retryAfterMs);
  log.info(`going on with the log in ${Math.round(pause)} ms: ${error.message}`);
  await delay(pause, anySignal(signal, own));
}

/** Page by page, where the platform has no such call. */
async function* pagedLog(
  connection: Connection,
  params: Params,
  { signal, onProgress }: LogFileOptions,
): AsyncGenerator<string, void, undefined> {
  const records = new Collection(
    pagesOf(connection, calls.listLogs, params, { reverse: true }, ({ logged_at, message }) => {
      return csvRecord([logged_at, message]) + lineEnd;
    }),
  );
  let count = 0;
  for await (const page of records.pages({ pageSize, signal })) {
    connection.logFiles ??= false;
    if (page.length > 0) yield page.join('');
    count += page.length;
    onProgress?.({ records: count, total: undefined });
  }
}
