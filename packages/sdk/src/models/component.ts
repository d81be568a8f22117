import { calls, ProcessServiceExecution as definition } from '@fusion-platform/contract';
import type {
  ActionAnswer,
  ProcessServiceExecutionAttempt as AttemptValue,
  Provenance,
} from '@fusion-platform/contract';
import { runtime } from '#runtime';

import { StateError } from '../errors/index.ts';
import { listOf } from '../lists/index.ts';
import type { Collection } from '../lists/index.ts';
import type { CallOptions } from './base-model.ts';
import { Data } from './data.ts';
import { listExtension, performExtension } from './extension-call.ts';
import { followRecords } from './follow-records.ts';
import { freeze } from './frozen.ts';
import type { Frozen } from './frozen.ts';
import { listIds } from './list-ids.ts';
import { logCsv } from './log-csv.ts';
import type { LogFileOptions } from './log-csv.ts';
import { ProcessServiceExecutionLog } from './log-record.ts';
import type { LogLines, LogQuery, Metrics, PastRun } from './overview.ts';
import { modelClass } from './model-class.ts';
import type { ModelClass } from './model-class.ts';

const Base: ModelClass<typeof definition, 'get'> = modelClass({
  definition,
  get: calls.getComponent,
  params: ({ id, organisation_id }) => ({ process_service_execution_id: id, organisation_id }),
});

/** One attempt to run a component, with its own metrics. */
export type ProcessServiceExecutionAttempt = Frozen<AttemptValue>;

/** A component: the run of one service of the chain inside an execution. */
export class ProcessServiceExecution extends Base {
  /** The data it worked on. */
  inputs(): Collection<Data> {
    return this.#data(this.held.inputs);
  }

  /** The data it made. */
  outputs(): Collection<Data> {
    return this.#data(this.held.outputs);
  }

  /** The records of its log, oldest first unless `reverse`. */
  logs({ reverse = false }: { readonly reverse?: boolean } = {}): Collection<ProcessServiceExecutionLog> {
    return listOf(this.connection, calls.listLogs, this.params(), { reverse }, (record) => {
      return new ProcessServiceExecutionLog(this.connection, record);
    });
  }

  /**
   * The attempts to run it, in order: there are several when one was lost, ran out of memory or met a passing fault.
   * Reading them throws UnsupportedError where the platform has no such list.
   */
  attempts(): Collection<ProcessServiceExecutionAttempt> {
    return listExtension(
      async (signal) => await this.get({ signal }),
      this.connection,
      calls.listAttempts,
      this.params(),
      {},
      (attempt) => freeze(attempt),
    );
  }

  /**
   * The records of its log as they come, those so far first, until it has ended. Uses the platform's live stream, or
   * looks again and again where there is none.
   * @param options.after the id of a record: gives only those that come after it
   */
  async *followLogs({
    after,
    signal,
  }: CallOptions & { readonly after?: string | undefined } = {}): AsyncGenerator<
    ProcessServiceExecutionLog,
    void,
    undefined
  > {
    const records = followRecords(this.connection, this.params(), { signal, after }, async () => {
      await this.get({ signal });
      return this.ended_at !== undefined;
    });
    for await (const record of records) yield new ProcessServiceExecutionLog(this.connection, record);
  }

  /**
   * Writes the log as CSV (RFC 4180), newest record first, with the columns `logged_at` and `message`. The file has a
   * temporary name until it is complete: after an error an older file at that path is as it was. Where the platform gives the
   * log in one answer that is used, and a connection that breaks is gone on with; else it comes page by page.
   * @throws RequestError, StateError (`no_file_system` in a browser: use `logCsv`)
   */
  async downloadLogFile(path: string, options: LogFileOptions = {}): Promise<void> {
    if (!runtime.hasFileSystem) {
      throw new StateError('no_file_system', 'A browser has no file system: logCsv gives a Blob');
    }
    await runtime.writeFile(path, {
      chunks: logCsv(this.connection, this.params(), options),
      brief: false,
    });
  }

  /** What `downloadLogFile` writes, as a Blob. */
  async logCsv(options: LogFileOptions = {}): Promise<Blob> {
    const parts: (Uint8Array | string)[] = [];
    for await (const part of logCsv(this.connection, this.params(), options)) parts.push(part);
    return new Blob(parts as BlobPart[], { type: 'text/csv;charset=utf-8' });
  }

  /**
   * Runs one of its `actions` and gives what the action's address answered, whatever its status. `values` are those that the
   * action leaves to the user; one that is left out has its default.
   * @throws UnsupportedError where the platform cannot run actions; ConflictError when the component has not succeeded, or
   *   the action fails; RequestError with `fields` for values that cannot be
   *
   * @example
   * ```ts
   * import type { ProcessServiceExecution } from 'fusion-platform';
   * async function sample(component: ProcessServiceExecution): Promise<unknown> {
   *   const { status, body } = await component.runAction('Sample', { longitude: -4.25, latitude: 55.86 });
   *   return status === 200 ? body : undefined;
   * }
   * ```
   */
  async runAction(
    name: string,
    values: Readonly<Record<string, string | number | boolean | null>> = {},
    { signal }: CallOptions = {},
  ): Promise<ActionAnswer> {
    return await performExtension(
      this.connection,
      calls.runAction,
      { params: this.params(), body: { name, values }, signal },
      async () => await this.get({ signal }),
    );
  }

  /**
   * Where its outputs come from, as PROV-JSON (https://www.w3.org/submissions/prov-json/): service, options, inputs and
   * outputs with checksums, attempts, times, who asked. Of one that failed or still runs: what there is.
   * @throws UnsupportedError where the platform does not record it; RequestError
   */
  async provenance({ signal }: CallOptions = {}): Promise<Provenance> {
    return await performExtension(
      this.connection,
      calls.getProvenance,
      { params: this.params(), signal },
      async () => await this.get({ signal }),
    );
  }

  /**
   * Part of its log by line, or what matches a search: for a log too long to be read from its beginning.
   * @throws UnsupportedError where the platform cannot; RequestError
   */
  async readLog({ signal, ...query }: LogQuery = {}): Promise<LogLines> {
    const answer = await performExtension(
      this.connection,
      calls.readLog,
      { params: this.params(), query, signal },
      async () => await this.get({ signal }),
    );
    return freeze(answer);
  }

  /**
   * The samples of what it used, each with its attempt; after an earlier answer, those that follow its `next`.
   * @throws UnsupportedError where the platform cannot (`metrics` has them all); RequestError
   */
  async readMetrics({ after = 0, signal }: CallOptions & { readonly after?: number } = {}): Promise<Metrics> {
    const answer = await performExtension(
      this.connection,
      calls.readSamples,
      { params: this.params(), query: { after }, signal },
      async () => await this.get({ signal }),
    );
    return freeze(answer);
  }

  /**
   * The last runs of the same component of the same process, newest first, itself among them.
   * @throws UnsupportedError where the platform cannot; RequestError
   */
  async history({ signal }: CallOptions = {}): Promise<readonly PastRun[]> {
    const { components } = await performExtension(
      this.connection,
      calls.getComponentHistory,
      { params: this.params(), signal },
      async () => await this.get({ signal }),
    );
    return freeze(components);
  }

  #data(ids: readonly string[] | null | undefined): Collection<Data> {
    const { connection, organisation_id } = this;
    return listIds(ids ?? [], async (id, signal) => await Data.load(connection, organisation_id, id, signal));
  }
}
