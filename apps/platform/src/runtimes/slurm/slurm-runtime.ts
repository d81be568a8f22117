import { mkdirSync, realpathSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { RuntimeError } from '../errors.ts';
import {
  attemptFolder,
  listAttempts,
  makeAttemptFolder,
  readRecord,
  removeAttemptFolder,
  writeRecord,
} from '../local/attempt-folder.ts';
import type { JobRecord } from '../local/attempt-folder.ts';
import type { AttemptSpec } from '../local/attempts.ts';
import { collect } from '../local/collect.ts';
import { fromCursor, toCursor } from '../local/facts.ts';
import { shownCollected, shownObservation, showingPaths } from '../local/host-paths.ts';
import type { Show, Showing } from '../local/host-paths.ts';
import { serviceFolderOf } from '../local/service-folder.ts';
import { stage } from '../local/stage.ts';
import type { StagingObjects } from '../local/staging-objects.ts';
import { unknownAttempt } from '../local/unknown-attempt.ts';
import { readRecords, recordLimit } from '../record-file.ts';
import type {
  AttemptHandle,
  CallOptions,
  Collected,
  CollectPlan,
  Job,
  LogRecord,
  MetricsRecord,
  Observation,
  ObserveRequest,
  Runtime,
  RuntimeDescription,
} from '../runtime.ts';
import { readStatusFile } from '../status-file.ts';
import type { AgentDocument } from './agent-document.ts';
import { Cluster } from './cluster.ts';
import { jobName, sbatchArguments } from './commands.ts';
import { describeSlurm } from './describe.ts';
import {
  changeMark,
  hasBegun,
  readCancellation,
  readExit,
  standingOf,
  writeCancellation,
} from './standing.ts';
import { writeScript } from './script.ts';

export interface SlurmRuntimeOptions {
  /** Absolute, and on all nodes at the same path: inputs, outputs and logs of attempts go through it. */
  readonly sharedFolder: string;
  readonly objects: StagingObjects;
  /** Absolute, and on all nodes at the same path: where a version of a service is. */
  readonly serviceFolder: (serviceId: string) => Promise<string>;
  /** Absolute paths that every component may read besides. */
  readonly readOnly: readonly string[];
  readonly partition?: string | undefined;
  readonly account?: string | undefined;
  /** Further arguments of sbatch. */
  readonly extraArguments?: readonly string[];
  /** Path of a slurm.conf that is not the system's own. */
  readonly configuration?: string | undefined;
  /** Between samples; 1,000 ms unless given. */
  readonly sampleMilliseconds?: number;
}

const watchMilliseconds = 1000;

const cancelTries = 5;
const cancelPauseMilliseconds = 200;

/**
 * Runs attempts as jobs of a Slurm cluster. All that is known of an attempt is in its folder on the shared file system and
 * in the cluster's queue, where its job has its name: so any platform with both can go on with it.
 */
export class SlurmRuntime implements Runtime {
  readonly name = 'slurm';
  readonly queues = true;
  readonly #options: SlurmRuntimeOptions;
  readonly #folder: string;
  readonly #cluster: Cluster;
  readonly #showing: Showing;
  /** Those that may still have something to tell. */
  readonly #active = new Map<string, string>();
  readonly #overInCluster = new Map<string, number>();

  constructor(options: SlurmRuntimeOptions) {
    mkdirSync(options.sharedFolder, { recursive: true });
    this.#options = options;
    this.#folder = realpathSync(options.sharedFolder);
    this.#showing = showingPaths({ '/fusion/attempts': this.#folder });
    this.#cluster = new Cluster(options.configuration);
  }

  async describe(): Promise<RuntimeDescription> {
    return describeSlurm(await this.#cluster.run('sinfo', ['--noheader', '--format=%P|%D|%T']));
  }

  async submit(job: Job, { signal }: CallOptions = {}): Promise<AttemptHandle> {
    const { base, job: work } = attemptFolder(this.#folder, job.attemptId);
    const spec = await this.#specOf(job, work);
    if (!(await readRecord(base))) {
      await makeAttemptFolder(base);
      // A node may have no sandbox, so inputs are copies.
      await stage(job, work, this.#options.objects, { inputsAreReadOnly: false, signal });
      await writeRecord(base, job, spec.serviceFolder);
    }
    const { byName } = await this.#cluster.queue(0);
    if (!byName.has(jobName(job.attemptId)) && !hasBegun(base)) {
      const document: AgentDocument = { spec, sampleMilliseconds: this.#options.sampleMilliseconds ?? 1000 };
      await mkdir(join(base, 'tmp'), { recursive: true });
      await writeFile(join(base, 'agent.json'), JSON.stringify(document), { mode: 0o600 });
      const { partition, account, extraArguments = [] } = this.#options;
      const script = await writeScript(base);
      await this.#cluster.run(
        'sbatch',
        sbatchArguments(job, { folder: base, script, partition, account, extraArguments }),
      );
    }
    this.#active.set(job.attemptId, '');
    return this.#handle(job.attemptId);
  }

  async observe(requests: readonly ObserveRequest[]): Promise<readonly Observation[]> {
    return await Promise.all(requests.map(async (request) => await this.#observe(request)));
  }

  async watch(
    listener: (attemptIds: readonly string[]) => void,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<void> {
    while (!signal.aborted) {
      try {
        const { byName } = await this.#cluster.queue(watchMilliseconds);
        const changed = [...this.#active].flatMap(([id, before]) => {
          const { state, reason } = byName.get(jobName(id)) ?? {};
          const now = `${state} ${reason} ${changeMark(attemptFolder(this.#folder, id).base)}`;
          if (now === before) return [];
          this.#active.set(id, now);
          return [id];
        });
        if (changed.length > 0) listener(changed);
      } catch {
        // The cluster does not answer: there is nothing to hint at.
      }
      await delay(watchMilliseconds, undefined, { signal }).catch(() => undefined);
    }
  }

  async cancel(
    { attemptId }: AttemptHandle,
    { graceSeconds = 10 }: { readonly graceSeconds?: number } & CallOptions = {},
  ): Promise<void> {
    const { base } = attemptFolder(this.#folder, attemptId);
    if (!(await readRecord(base)) || readExit(base) !== null) return;
    await writeCancellation(base, graceSeconds);
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#signal(jobName(attemptId), graceSeconds);
      } catch (error) {
        // `scancel` fails for a job that ends at that moment: there is nothing left to be told.
        if (readExit(base) !== null) return;
        if (tries === cancelTries) throw error;
        await delay(cancelPauseMilliseconds);
      }
    }
  }

  async #signal(name: string, graceSeconds: number): Promise<void> {
    const { byName } = await this.#cluster.queue(0);
    const running = byName.get(name)?.state === 'RUNNING';
    await this.#cluster.run('scancel', [
      ...(running && graceSeconds > 0 ? ['--signal=TERM', '--batch'] : []),
      `--name=${name}`,
    ]);
  }

  async collect(
    { attemptId }: AttemptHandle,
    plan: CollectPlan,
    { signal }: CallOptions = {},
  ): Promise<Collected> {
    const { base, job } = attemptFolder(this.#folder, attemptId);
    const record = await readRecord(base);
    if (!record)
      throw new RuntimeError('invalid_attempt', `There is nothing of the attempt ${attemptId} to collect`);
    const collected = await collect(record, job, plan, this.#options.objects, { final: false, signal });
    return shownCollected(await this.#show(base, job, record), collected);
  }

  async forget({ attemptId }: AttemptHandle): Promise<void> {
    const { base } = attemptFolder(this.#folder, attemptId);
    const job = (await this.#cluster.queue(0)).byName.get(jobName(attemptId));
    if (job !== undefined && ['PENDING', 'RUNNING'].includes(job.state) && readExit(base) === null)
      throw new RuntimeError('attempt_running', 'The attempt still runs: cancel it before it is forgotten');
    this.#active.delete(attemptId);
    this.#overInCluster.delete(base);
    await removeAttemptFolder(base);
  }

  async adopt(): Promise<readonly AttemptHandle[]> {
    const ids = await listAttempts(this.#folder);
    for (const id of ids) if (!this.#active.has(id)) this.#active.set(id, '');
    return ids.map((id) => this.#handle(id));
  }

  async close(): Promise<void> {
    this.#active.clear();
  }

  async #observe({
    handle: { attemptId },
    cursor,
    records = recordLimit,
  }: ObserveRequest): Promise<Observation> {
    const { base, job } = attemptFolder(this.#folder, attemptId);
    const record = await readRecord(base);
    if (!record) return unknownAttempt(attemptId, toCursor(fromCursor(cursor)));
    // First how it stands: what has ended says no more, so that all that is read then is all that there is.
    const standing = await standingOf(
      base,
      jobName(attemptId),
      record.resources,
      this.#cluster,
      this.#overInCluster,
    );
    const asked = await readCancellation(base);
    if (asked && Date.now() > Date.parse(asked.killAt) && ['queued', 'running'].includes(standing.state))
      await this.#cluster.run('scancel', [`--name=${jobName(attemptId)}`]);
    const from = fromCursor(cursor);
    const logs = readRecords<LogRecord>(join(base, 'log.ndjson'), from.logs, records);
    const metrics = readRecords<MetricsRecord>(join(base, 'metrics.ndjson'), from.metrics, records);
    const status = readStatusFile(job);
    const more = logs.more === true || metrics.more === true;
    if ((standing.state === 'ended' || standing.state === 'gone') && !more) this.#active.delete(attemptId);
    const seen: Observation = {
      attemptId,
      ...standing,
      imageDigest: null,
      logs: logs.records,
      metrics: metrics.records,
      status: status && { progress: status.progress, comment: status.comment },
      cursor: toCursor({ logs: logs.nextOffset, metrics: metrics.nextOffset }),
      more,
    };
    return shownObservation(await this.#show(base, job, record), seen);
  }

  async #show(base: string, job: string, { serviceFolder }: JobRecord): Promise<Show> {
    return await this.#showing({
      '/fusion/job': job,
      '/fusion/service': serviceFolder,
      '/fusion/attempt': base,
    });
  }

  #handle(attemptId: string): AttemptHandle {
    return { runtime: this.name, attemptId, nodeId: null, data: {} };
  }

  async #specOf(job: Job, folder: string): Promise<AttemptSpec> {
    const { program, resources, network, attemptId, environment } = job;
    if (program.kind !== 'command')
      throw new RuntimeError('invalid_attempt', 'Slurm runs commands here, and no images');
    const { cpu, memoryMb, storageGb, timeoutSeconds } = resources;
    return {
      attemptId,
      folder,
      serviceFolder: await serviceFolderOf(this.#options.serviceFolder, job),
      readOnly: this.#options.readOnly,
      command: program.command,
      environment,
      resources: { cpu, memoryMb, storageGb },
      network: network.kind !== 'none',
      ...(timeoutSeconds !== null && { timeoutSeconds }),
    };
  }
}
