import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { RuntimeError } from '../errors.ts';
import { recordLimit } from '../record-file.ts';
import type {
  AttemptHandle,
  CallOptions,
  Collected,
  CollectPlan,
  Job,
  Observation,
  ObserveRequest,
  Runtime,
  RuntimeDescription,
} from '../runtime.ts';
import {
  attemptFolder,
  listAttempts,
  makeAttemptFolder,
  readRecord,
  removeAttemptFolder,
  writeRecord,
} from './attempt-folder.ts';
import type { JobRecord } from './attempt-folder.ts';
import type { AttemptHandle as LocalHandle, AttemptSpec, LocalAttempts } from './attempts.ts';
import { collect } from './collect.ts';
import { factsOf, fromCursor, toCursor } from './facts.ts';
import { shownCollected, shownObservation, showingPaths } from './host-paths.ts';
import type { Show, Showing } from './host-paths.ts';
import { serviceFolderOf } from './service-folder.ts';
import { stage } from './stage.ts';
import type { StagingObjects } from './staging-objects.ts';
import { createWatching } from './watching.ts';
import type { Watching } from './watching.ts';

export interface LocalRuntimeOptions {
  /** Absolute: a folder for each attempt is made in it. */
  readonly attemptsFolder: string;
  readonly nodeId: string;
  readonly objects: StagingObjects;
  /** Absolute: where a version of a service is on this machine. */
  readonly serviceFolder: (serviceId: string) => Promise<string>;
  /** Absolute paths that every component may read besides: the packages that services use. */
  readonly readOnly: readonly string[];
  /** Absolute: where components keep parts of remote files for each other. */
  readonly cacheFolder?: string | undefined;
}

/** So much is read at once for all attempts that are asked about together. */
const mostBytes = 4 * 1024 * 1024;

/** A runtime of this machine: what runs commands in folders, with staging before and collection after. */
export class LocalRuntime implements Runtime {
  readonly name: string;
  readonly queues = false;
  readonly #attempts: LocalAttempts;
  readonly #options: LocalRuntimeOptions;
  readonly #watching: Watching;
  readonly #known = new Map<string, Known>();
  readonly #showing: Showing;
  #isolates: boolean | undefined;

  constructor(attempts: LocalAttempts, options: LocalRuntimeOptions) {
    this.name = attempts.name;
    this.#attempts = attempts;
    this.#options = options;
    this.#watching = createWatching(attempts);
    this.#showing = showingPaths({
      '/fusion/cache': options.cacheFolder,
      '/fusion/attempts': options.attemptsFolder,
      '/fusion/runtime': attempts.stateFolder,
    });
  }

  async describe(options: CallOptions = {}): Promise<RuntimeDescription> {
    const { name, sandbox, limits, warnings } = await this.#attempts.describe(options);
    this.#isolates = sandbox !== 'none';
    return {
      name,
      reach: 'host',
      capacity: 'own',
      isolation: sandbox,
      limits: {
        ...limits,
        network:
          sandbox === 'none'
            ? { enforced: false, how: 'there is no sandbox' }
            : { enforced: true, how: 'none at all, or the whole one for a service that lists addresses' },
      },
      programs: ['command'],
      warnings,
    };
  }

  /** Stages first, which takes as long as fetching the inputs does. */
  async submit(job: Job, { signal }: CallOptions = {}): Promise<AttemptHandle> {
    const { base, job: folder } = attemptFolder(this.#options.attemptsFolder, job.attemptId);
    const spec = await this.#specOf(job, folder);
    if (!(await readRecord(base))) {
      await makeAttemptFolder(base);
      const inputsAreReadOnly = await this.#isolating(signal);
      await stage(job, folder, this.#options.objects, { inputsAreReadOnly, signal });
      await writeRecord(base, job, spec.serviceFolder);
    }
    await this.#attempts.start(spec, { signal });
    this.#watching.add(this.#local(job.attemptId));
    return this.#handle(job.attemptId);
  }

  async observe(requests: readonly ObserveRequest[]): Promise<readonly Observation[]> {
    const observations: Observation[] = [];
    let bytes = 0;
    for (const { handle, cursor, records = recordLimit } of requests) {
      const local = this.#local(handle.attemptId);
      const from = fromCursor(cursor);
      // First how it stands: what has ended says no more, so that all that is read then is all that there is.
      const found = await this.#attempts.inspect(local);
      if (found.state === 'running') this.#watching.add(local);
      const limit = bytes < mostBytes ? records : 0;
      const [logs, metrics, status, { resources, show }] = await Promise.all([
        limit > 0 ? this.#attempts.readLogs(local, from.logs, { limit }) : unread(from.logs),
        limit > 0 ? this.#attempts.readMetrics(local, from.metrics, { limit }) : unread(from.metrics),
        this.#attempts.readStatus(local),
        this.#knownOf(handle.attemptId),
      ]);
      bytes += logs.nextOffset - from.logs + metrics.nextOffset - from.metrics;
      const seen: Observation = {
        attemptId: handle.attemptId,
        ...factsOf(found, resources, hostname()),
        logs: logs.records,
        metrics: metrics.records,
        status: status && { progress: status.progress, comment: status.comment },
        cursor: toCursor({ logs: logs.nextOffset, metrics: metrics.nextOffset }),
        more: logs.more === true || metrics.more === true,
      };
      observations.push(shownObservation(show, seen));
    }
    return observations;
  }

  async watch(
    listener: (attemptIds: readonly string[]) => void,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<void> {
    await this.#watching.listen(listener, signal);
  }

  async cancel(
    handle: AttemptHandle,
    { graceSeconds = 10, signal }: { readonly graceSeconds?: number } & CallOptions = {},
  ): Promise<void> {
    const local = this.#local(handle.attemptId);
    if ((await this.#attempts.inspect(local)).state !== 'running') return;
    // `observe` shows its end; a call that does not reach it is made again by the engine.
    this.#attempts.stop(local, { graceSeconds, ...(signal && { signal }) }).catch(() => undefined);
  }

  async collect(handle: AttemptHandle, plan: CollectPlan, { signal }: CallOptions = {}): Promise<Collected> {
    const { base, job: folder } = attemptFolder(this.#options.attemptsFolder, handle.attemptId);
    const record = await readRecord(base);
    if (!record)
      throw new RuntimeError(
        'invalid_attempt',
        `There is nothing of the attempt ${handle.attemptId} to collect`,
      );
    const final = await this.#isFinal(handle, record);
    const { show } = await this.#knownOf(handle.attemptId);
    return shownCollected(
      show,
      await collect(record, folder, plan, this.#options.objects, { final, signal }),
    );
  }

  async forget(handle: AttemptHandle): Promise<void> {
    const { base } = attemptFolder(this.#options.attemptsFolder, handle.attemptId);
    await this.#attempts.remove(this.#local(handle.attemptId));
    this.#known.delete(handle.attemptId);
    await removeAttemptFolder(base);
  }

  async adopt(): Promise<readonly AttemptHandle[]> {
    const ids = await listAttempts(this.#options.attemptsFolder);
    return ids.map((id) => this.#handle(id));
  }

  async close(): Promise<void> {
    await this.#watching.close();
    await this.#attempts.close();
  }

  async #knownOf(attemptId: string): Promise<Known> {
    const found = this.#known.get(attemptId);
    if (found) return found;
    const { base, job } = attemptFolder(this.#options.attemptsFolder, attemptId);
    const record = await readRecord(base);
    const show = await this.#showing({ '/fusion/job': job, '/fusion/service': record?.serviceFolder });
    const known = { resources: record?.resources, show };
    if (record) this.#known.set(attemptId, known);
    return known;
  }

  #handle(attemptId: string): AttemptHandle {
    return { runtime: this.name, attemptId, nodeId: this.#options.nodeId, data: {} };
  }

  #local(attemptId: string): LocalHandle {
    const { job } = attemptFolder(this.#options.attemptsFolder, attemptId);
    return { runtime: this.name, attemptId, folder: job };
  }

  async #isolating(signal: AbortSignal | undefined): Promise<boolean> {
    if (this.#isolates === undefined) await this.describe({ signal });
    return this.#isolates === true;
  }

  /** Nobody can write any more to what it left: it shares no folder and no network by which it could hand on an open file. */
  async #isFinal(handle: AttemptHandle, { network }: JobRecord): Promise<boolean> {
    const found = await this.#attempts.inspect(this.#local(handle.attemptId));
    return found.state === 'ended' && found.sandboxed && network.kind === 'none';
  }

  async #specOf(job: Job, folder: string): Promise<AttemptSpec> {
    const { program, resources, network, sharedCache } = job;
    const { serviceFolder, readOnly, cacheFolder } = this.#options;
    if (program.kind !== 'command')
      throw new RuntimeError('invalid_attempt', `The runtime ${this.name} runs commands, and no images`);
    const cache = sharedCache && cacheFolder ? join(cacheFolder, ...sharedCache.name.split('/')) : undefined;
    if (cache) await mkdir(cache, { recursive: true });
    const { cpu, memoryMb, storageGb, timeoutSeconds } = resources;
    return {
      attemptId: job.attemptId,
      folder,
      serviceFolder: await serviceFolderOf(serviceFolder, job),
      readOnly,
      ...(cache && { shared: [cache] }),
      command: program.command,
      environment: {
        ...job.environment,
        ...(cache && {
          FUSION_BLOCK_CACHE: cache,
          FUSION_BLOCK_CACHE_MB: String(sharedCache!.megabytes),
        }),
      },
      resources: { cpu, memoryMb, storageGb },
      network: network.kind !== 'none',
      ...(timeoutSeconds !== null && { timeoutSeconds }),
    };
  }
}

/** What never changes of an attempt, which is observed again and again. */
interface Known {
  readonly resources: Job['resources'] | undefined;
  readonly show: Show;
}

const unread = (offset: number): { records: never[]; nextOffset: number; more: true } => ({
  records: [],
  nextOffset: offset,
  more: true,
});
