import { createHash } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

import type {
  AttemptHandle,
  CallOptions,
  CollectPlan,
  Collected,
  Job,
  Observation,
  ObserveRequest,
  Runtime,
  RuntimeDescription,
} from '../runtime.ts';
import { RuntimeError } from '../errors.ts';
import { collect } from '../local/collect.ts';
import { shownCollected, shownObservation, showingPaths } from '../local/host-paths.ts';
import type { Show, Showing } from '../local/host-paths.ts';
import { createTurns } from '../local/in-turn.ts';
import { serviceFolderOf } from '../local/service-folder.ts';
import type { StagingObjects } from '../local/staging-objects.ts';
import { unknownAttempt } from '../local/unknown-attempt.ts';
import { readRecords, recordLimit } from '../record-file.ts';
import { removeTree } from '../remove-tree.ts';
import { readStatusFile } from '../status-file.ts';
import type { MetricsRecord } from '../runtime.ts';
import {
  ContainerAttempt,
  containerAttemptFiles,
  containerName,
  listAttempts,
  readJob,
  writeJob,
} from './attempt/index.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { findDaemon, isNotFound } from './daemon.ts';
import type { Daemon } from './daemon.ts';
import { describeContainers } from './describe.ts';
import { ensureImage, ImageUnavailableError } from './image.ts';

export interface ContainerRuntimeOptions {
  /** Absolute; made when it is not there. One platform at a time uses it. */
  readonly stateFolder: string;
  /** Of a Docker-compatible engine on this machine: /var/run/docker.sock. */
  readonly socketPath: string;
  readonly nodeId: string;
  readonly objects: StagingObjects;
  /** The folder of a service's code on this machine, for programs that are commands. */
  readonly serviceFolder?: (serviceId: string) => Promise<string>;
  /** What runs commands; without it only images are run. */
  readonly commandImage?: string;
  /** Absolute paths that commands need besides their own folder: packages. */
  readonly readOnly?: readonly string[];
  /** Absolute folder for shared caches of remote files. */
  readonly cacheFolder?: string;
  /** The engine's network for services that may reach addresses; `bridge` unless given. */
  readonly network?: string;
  /** How long an image may take to arrive; 1,800 s unless given. */
  readonly pullSeconds?: number;
  /** Between samples; 1,000 ms unless given. */
  readonly sampleMilliseconds?: number;
}

const defaultGraceSeconds = 10;
/** A user who approves a service waits for its image. */
const lookSeconds = 300;

/**
 * Runs attempts in containers of Docker, Podman, or what else speaks Docker's API on this machine. The engine keeps the
 * containers and their logs, so they outlive the platform; what it does not keep (the job, samples, why it was ended, how
 * it ended) is in files of the state folder.
 */
export class ContainerRuntime implements Runtime {
  readonly name = 'container';
  readonly queues = true;
  readonly #options: ContainerRuntimeOptions;
  readonly #stateFolder: string;
  readonly #owner: string;
  readonly #attempts = new Map<string, ContainerAttempt>();
  readonly #shows = new Map<string, Promise<Show>>();
  readonly #showing: Showing;
  readonly #listeners = new Set<(attemptIds: readonly string[]) => void>();
  #daemon: Promise<Daemon> | undefined;
  readonly #inTurn = createTurns();

  constructor(options: ContainerRuntimeOptions) {
    mkdirSync(join(options.stateFolder, 'attempts'), { recursive: true, mode: 0o700 });
    this.#options = options;
    this.#stateFolder = realpathSync(options.stateFolder);
    this.#owner = createHash('sha256').update(this.#stateFolder).digest('hex').slice(0, 16);
    this.#showing = showingPaths({
      '/fusion/cache': options.cacheFolder,
      '/fusion/runtime': this.#stateFolder,
    });
  }

  async describe(): Promise<RuntimeDescription> {
    return describeContainers(await this.#engine(), this.#options.commandImage !== undefined);
  }

  async imageDigest(
    image: string,
    { signal = new AbortController().signal }: CallOptions = {},
  ): Promise<string> {
    const { docker } = await this.#engine();
    try {
      return await ensureImage(docker, image, {
        deadlineSeconds: Math.min(this.#options.pullSeconds ?? lookSeconds, lookSeconds),
        onProgress: () => undefined,
        signal,
      });
    } catch (error) {
      if (!(error instanceof ImageUnavailableError)) throw error;
      throw new RuntimeError('image_unavailable', error.message, { cause: error });
    }
  }

  async submit(job: Job): Promise<AttemptHandle> {
    const files = containerAttemptFiles(this.#stateFolder, job.attemptId);
    checkJob(job, this.#options.commandImage !== undefined);
    const { serviceFolder } = this.#options;
    if (job.program.kind === 'command' && serviceFolder) await serviceFolderOf(serviceFolder, job);
    // One after the other: two requests at once get the same attempt.
    await this.#inTurn(async () => {
      if (this.#attempts.has(job.attemptId)) return;
      await writeJob(files, job);
      await this.#resume(job.attemptId);
    });
    return this.#handle(job.attemptId);
  }

  async observe(requests: readonly ObserveRequest[]): Promise<readonly Observation[]> {
    return await Promise.all(requests.map(async (request) => await this.#observe(request)));
  }

  async watch(
    listener: (attemptIds: readonly string[]) => void,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<void> {
    this.#listeners.add(listener);
    listener([...this.#attempts.keys()]);
    try {
      if (!signal.aborted)
        await new Promise<void>((resolve) =>
          signal.addEventListener('abort', () => resolve(), { once: true }),
        );
    } finally {
      this.#listeners.delete(listener);
    }
  }

  async cancel(
    { attemptId }: AttemptHandle,
    { graceSeconds = defaultGraceSeconds }: { readonly graceSeconds?: number } & CallOptions = {},
  ): Promise<void> {
    await (await this.#attempt(attemptId))?.cancel(graceSeconds);
  }

  async collect(
    { attemptId }: AttemptHandle,
    plan: CollectPlan,
    { signal }: CallOptions = {},
  ): Promise<Collected> {
    const attempt = await this.#attempt(attemptId);
    if (attempt?.end?.state !== 'ended')
      throw new RuntimeError(
        'invalid_attempt',
        `Attempt ${attemptId} has not ended, so nothing can be collected`,
      );
    // A container with a network could have handed an open file to somebody else.
    const final = attempt.job.network.kind === 'none';
    const { job, files } = attempt;
    const collected = await collect(job, files.work, plan, this.#options.objects, { final, signal });
    return shownCollected(await this.#show(attempt), collected);
  }

  async forget({ attemptId }: AttemptHandle): Promise<void> {
    const attempt = await this.#attempt(attemptId);
    if (attempt !== undefined && attempt.end === undefined)
      throw new RuntimeError('attempt_running', 'The attempt still runs: cancel it before it is forgotten');
    await attempt?.close();
    await this.#removeContainer(containerName(attemptId));
    attempt?.removeGroup();
    this.#attempts.delete(attemptId);
    this.#shows.delete(attemptId);
    await removeTree(containerAttemptFiles(this.#stateFolder, attemptId).folder);
  }

  /** Goes on with what was accepted here, and removes containers of this platform that nothing here knows. */
  async adopt(): Promise<readonly AttemptHandle[]> {
    const ids = await listAttempts(this.#stateFolder);
    for (const id of ids) await this.#resume(id);
    const { docker } = await this.#engine();
    const filters = { label: [`fusion-platform.owner=${this.#owner}`] };
    for (const { Id, Labels } of await docker.listContainers({ all: true, filters }))
      if (!ids.includes(Labels['fusion-platform.attempt'] ?? '')) await this.#removeContainer(Id);
    return [...this.#attempts.keys()].map((id) => this.#handle(id));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#attempts.values()].map(async (attempt) => await attempt.close()));
    this.#attempts.clear();
  }

  async #observe({ handle, cursor, records = recordLimit }: ObserveRequest): Promise<Observation> {
    const { attemptId } = handle;
    const attempt = await this.#attempt(attemptId);
    const at = decodeCursor(cursor);
    if (attempt === undefined) return unknownAttempt(attemptId, encodeCursor(at));
    const logs = await attempt.log(at.logs, at.loggedAt, records);
    const metrics = readRecords<MetricsRecord>(attempt.files.metrics, at.metrics, records);
    const status = readStatusFile(attempt.files.work);
    const standing = attempt.end ?? {
      ...attempt.standing,
      exitCode: null,
      endedAt: null,
      usage: attempt.usage,
    };
    const seen: Observation = {
      attemptId,
      ...standing,
      node: this.#options.nodeId,
      logs: logs.records,
      metrics: metrics.records,
      status: status && { progress: status.progress, comment: status.comment },
      cursor: encodeCursor({
        logs: at.logs + logs.records.length,
        metrics: metrics.nextOffset,
        loggedAt: logs.records.at(-1)?.loggedAt ?? at.loggedAt,
      }),
      more:
        metrics.more === true || (attempt.end === undefined ? logs.records.length === records : logs.more),
    };
    return shownObservation(await this.#show(attempt), seen);
  }

  /** A container sees few of this machine's paths; the daemon names them where it cannot start one. */
  #show({ job, files }: ContainerAttempt): Promise<Show> {
    const known = this.#shows.get(job.attemptId) ?? this.#showOf(job, files);
    this.#shows.set(job.attemptId, known);
    return known;
  }

  async #showOf({ program, service }: Job, { work, temporary }: ContainerAttempt['files']): Promise<Show> {
    const { serviceFolder } = this.#options;
    return await this.#showing({
      '/fusion/job': work,
      '/tmp': temporary,
      '/fusion/service':
        program.kind === 'command' ? await serviceFolder?.(service.id).catch(() => undefined) : undefined,
    });
  }

  /** Those of an earlier platform too. */
  async #attempt(attemptId: string): Promise<ContainerAttempt | undefined> {
    return this.#attempts.get(attemptId) ?? (await this.#resume(attemptId));
  }

  async #resume(attemptId: string): Promise<ContainerAttempt | undefined> {
    const files = containerAttemptFiles(this.#stateFolder, attemptId);
    const job = await readJob(files);
    if (job === null) return undefined;
    const [daemon, program] = await Promise.all([this.#engine(), this.#program(job)]);
    const found = this.#attempts.get(attemptId);
    if (found !== undefined) return found;
    const { objects, network = 'bridge', pullSeconds = 1800, sampleMilliseconds = 1000 } = this.#options;
    const attempt = new ContainerAttempt(job, files, {
      daemon,
      objects,
      ...program,
      container: { owner: this.#owner, user: userFor(), network, readOnly: program.readOnly },
      cache: this.#cacheOf(job),
      pullSeconds,
      sampleMilliseconds,
      onNews: () => this.#tell(attemptId),
    });
    this.#attempts.set(attemptId, attempt);
    return attempt;
  }

  async #program({ program, service }: Job): Promise<{
    readonly image: string;
    readonly wantedDigest: string | null;
    readonly command: readonly string[] | null;
    readonly readOnly: readonly string[];
  }> {
    const { serviceFolder, commandImage = '', readOnly = [] } = this.#options;
    if (program.kind === 'image')
      return {
        image: program.image,
        wantedDigest: program.digest,
        command: program.command,
        readOnly: [],
      };
    const folder = await serviceFolder?.(service.id);
    if (folder === undefined)
      throw new RuntimeError('invalid_attempt', `This node has no folder of the service ${service.name}`);
    return {
      image: commandImage,
      wantedDigest: null,
      command: absolute(program.command, folder),
      readOnly: [folder, ...readOnly],
    };
  }

  #cacheOf({ sharedCache }: Job): string | null {
    const { cacheFolder } = this.#options;
    if (cacheFolder === undefined || sharedCache === null) return null;
    const folder = join(cacheFolder, sharedCache.name);
    mkdirSync(folder, { recursive: true });
    const [uid = 0, gid = 0] = userFor().split(':').map(Number);
    if (process.getuid?.() === 0) chownSync(folder, uid, gid);
    return folder;
  }

  #tell(attemptId: string): void {
    for (const listener of this.#listeners) listener([attemptId]);
  }

  #handle(attemptId: string): AttemptHandle {
    return { runtime: this.name, attemptId, nodeId: this.#options.nodeId, data: {} };
  }

  /** Asked again after a failure only. */
  async #engine(): Promise<Daemon> {
    this.#daemon ??= findDaemon(this.#options.socketPath);
    try {
      return await this.#daemon;
    } catch (error) {
      this.#daemon = undefined;
      throw error;
    }
  }

  async #removeContainer(name: string): Promise<void> {
    const { docker } = await this.#engine();
    await docker
      .getContainer(name)
      .remove({ force: true, v: true })
      .catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
  }
}

function checkJob({ program, resources }: Job, runsCommands: boolean): void {
  if (program.kind === 'command' && !runsCommands)
    throw new RuntimeError(
      'invalid_attempt',
      'Containers run services that name an image, and this one does not',
    );
  const { cpu, memoryMb, storageGb } = resources;
  if (![cpu, memoryMb, storageGb].every((amount) => Number.isFinite(amount) && amount > 0))
    throw new RuntimeError(
      'invalid_attempt',
      'An attempt needs more than nothing of cpu, memory and storage',
    );
}

/** As root, a user that is nobody; else the platform's own, so that it can read what the service wrote. */
function userFor(): string {
  const [uid, gid] = [process.getuid?.() ?? 65534, process.getgid?.() ?? 65534];
  return uid === 0 ? '65534:65534' : `${uid}:${gid}`;
}

/** Names of files of the service's folder become absolute, since the working directory is the job's folder. */
function absolute(command: readonly string[], folder: string): string[] {
  return command.map((part, index) => {
    if (part === '' || part.startsWith('-') || isAbsolute(part) || (index === 0 && !part.includes('/')))
      return part;
    const path = join(folder, part);
    return existsSync(path) && statSync(path).isFile() ? path : part;
  });
}
