import { calls, ProcessServiceExecution as definition } from '@fusion-platform/contract';
import { runtime } from '#runtime';

import { StateError } from '../errors/index.ts';
import { listOf } from '../lists/index.ts';
import type { Collection } from '../lists/index.ts';
import type { CallOptions } from './base-model.ts';
import { Data } from './data.ts';
import { followRecords } from './follow-records.ts';
import { listIds } from './list-ids.ts';
import { logCsv } from './log-csv.ts';
import { ProcessServiceExecutionLog } from './log-record.ts';
import { modelClass } from './model-class.ts';
import type { ModelClass } from './model-class.ts';

const Base: ModelClass<typeof definition, 'get'> = modelClass({
  definition,
  get: calls.getComponent,
  params: ({ id, organisation_id }) => ({ process_service_execution_id: id, organisation_id }),
});

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
   * The records of its log as they come, those so far first, until it has ended. Uses the platform's live stream, or
   * looks again and again where there is none.
   */
  async *followLogs({ signal }: CallOptions = {}): AsyncGenerator<
    ProcessServiceExecutionLog,
    void,
    undefined
  > {
    const records = followRecords(this.connection, this.params(), signal, async () => {
      await this.get({ signal });
      return this.ended_at !== undefined;
    });
    for await (const record of records) yield new ProcessServiceExecutionLog(this.connection, record);
  }

  /**
   * Writes the log as CSV (RFC 4180), newest record first, with the columns `logged_at` and `message`. The file has a
   * temporary name until it is complete: after an error an older file at that path is as it was.
   * @throws RequestError, StateError (`no_file_system` in a browser: use `logCsv`)
   */
  async downloadLogFile(path: string, { signal }: CallOptions = {}): Promise<void> {
    if (!runtime.hasFileSystem) {
      throw new StateError('no_file_system', 'A browser has no file system: logCsv gives a Blob');
    }
    await runtime.writeFile(path, logCsv(this.connection, this.params(), signal));
  }

  /** What `downloadLogFile` writes, as a Blob. */
  async logCsv({ signal }: CallOptions = {}): Promise<Blob> {
    const parts: string[] = [];
    for await (const part of logCsv(this.connection, this.params(), signal)) parts.push(part);
    return new Blob(parts, { type: 'text/csv;charset=utf-8' });
  }

  #data(ids: readonly string[] | null | undefined): Collection<Data> {
    const { connection, organisation_id } = this;
    return listIds(ids ?? [], async (id, signal) => await Data.load(connection, organisation_id, id, signal));
  }
}
