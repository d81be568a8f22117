import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import type { Container, ContainerCreateOptions, ContainerInspectInfo } from 'dockerode';

import type { Job, Observation, RuntimeReason } from '../runtime.ts';
import { createTurns } from '../local/in-turn.ts';
import { InputUnavailableError, stage } from '../local/stage.ts';
import type { StagingObjects } from '../local/staging-objects.ts';
import { Sampler } from '../process/index.ts';
import { changeState, readEnd, readState, writeEnd } from './attempt-files.ts';
import type { ContainerAttemptFiles, EndDocument, StateDocument } from './attempt-files.ts';
import { containerName, containerOptions } from './container-options.ts';
import type { ContainerSetting } from './container-options.ts';
import { isDone, isNotFound } from './daemon.ts';
import type { Daemon } from './daemon.ts';
import { decideEnd } from './end.ts';
import { handOver } from './hand-over.ts';
import { ensureImage, ImageUnavailableError } from './image.ts';
import { LogReader } from './log-reader.ts';
import { daemonLog, fileLog } from './log-source.ts';
import type { LogSource } from './log-source.ts';
import { makeMemoryGroup } from './memory-group.ts';
import type { MemoryGroup } from './memory-group.ts';

export interface ContainerAttemptSetting {
  readonly daemon: Daemon;
  readonly objects: StagingObjects;
  readonly container: Pick<ContainerSetting, 'owner' | 'user' | 'network' | 'readOnly'>;
  readonly image: string;
  /** The only content that its name may stand for; null for any. */
  readonly wantedDigest: string | null;
  readonly command: readonly string[] | null;
  readonly cache: string | null;
  readonly pullSeconds: number;
  readonly sampleMilliseconds: number;
  readonly onNews: () => void;
}

const retryMilliseconds = 1000;
const lookMilliseconds = 1000;

const removed: RuntimeReason = {
  code: 'removed',
  evidence: { message: 'The container engine does not know its container any more' },
};

/** One attempt from when it is accepted until its end is written down. Begins where an earlier platform left it. */
export class ContainerAttempt {
  readonly job: Job;
  readonly files: ContainerAttemptFiles;
  /** Resolves when its end is written down, or when it is let go. */
  readonly over: Promise<void>;
  readonly #setting: ContainerAttemptSetting;
  readonly #container: Container;
  readonly #closing = new AbortController();
  readonly #cancelled = new AbortController();
  readonly #sampler: Sampler;
  readonly #group: MemoryGroup | null;
  #waiting: RuntimeReason | null = null;
  #startedAt: string | null = null;
  #digest: string | null = null;
  #reader: LogReader | undefined;
  #end: EndDocument | undefined;
  #startError: string | undefined;
  readonly #exited = Promise.withResolvers<void>();
  readonly #inTurn = createTurns();

  constructor(job: Job, files: ContainerAttemptFiles, setting: ContainerAttemptSetting) {
    this.job = job;
    this.files = files;
    this.#setting = setting;
    const { daemon, container } = setting;
    this.#container = daemon.docker.getContainer(containerName(job.attemptId));
    this.#group =
      daemon.cgroupDriver === 'cgroupfs' && !daemon.rootless
        ? makeMemoryGroup(container.owner, job.attemptId, job.resources.memoryMb)
        : null;
    this.#sampler = new Sampler({
      folder: files.work,
      temporary: files.temporary,
      metricsFile: files.metrics,
      resources: job.resources,
      cgroup: this.#group,
      logBytes: () => statSync(files.log, { throwIfNoEntry: false })?.size ?? 0,
    });
    this.over = this.#live();
  }

  /** What does not change any more, once it has ended. */
  get end(): EndDocument | undefined {
    return this.#end;
  }

  get standing(): Pick<Observation, 'state' | 'reason' | 'startedAt' | 'imageDigest'> {
    return {
      state: this.#startedAt === null ? 'queued' : 'running',
      reason: this.#startedAt === null ? this.#waiting : null,
      startedAt: this.#startedAt,
      imageDigest: this.#digest,
    };
  }

  get usage(): Observation['usage'] {
    const { memoryBytes, storageBytes, cpuSeconds } = this.#sampler.peaks;
    return { peakMemoryBytes: memoryBytes, peakStorageBytes: storageBytes, cpuSeconds };
  }

  /** The log from record number `taken` on. */
  async log(taken: number, last: string, limit: number): Promise<ReturnType<LogReader['take']>> {
    // One that has not begun has no log yet, and one that never did has none.
    if ((this.#end ?? this.standing).startedAt === null) return { records: [], more: false };
    let reader = this.#reader;
    const again = reader !== undefined && reader.from > taken;
    if (reader === undefined || reader.from > taken) {
      reader?.close();
      reader = new LogReader(this.#logSource(), { taken, last, onNews: this.#setting.onNews });
      this.#reader = reader;
      void this.#follow(reader);
    }
    // Whoever asks about one that has ended, or for what was there before, is to be told what there is.
    if (this.#end !== undefined || again) await reader.ready(taken);
    return reader.take(taken, limit);
  }

  #logSource(): LogSource {
    return this.#setting.daemon.name === 'Podman'
      ? fileLog(this.files.log, this.#exited.promise)
      : daemonLog(this.#container);
  }

  async cancel(graceSeconds: number): Promise<void> {
    if (this.#end !== undefined) return;
    await this.#putToEnd('cancel', graceSeconds);
  }

  /** Lets go: the container goes on. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#exited.resolve();
    this.#reader?.close();
    await this.over;
  }

  removeGroup(): void {
    this.#group?.remove();
  }

  async #follow(reader: LogReader): Promise<void> {
    while (this.#reader === reader && !reader.complete && !this.#closing.signal.aborted) {
      try {
        await reader.follow();
      } catch (error) {
        if (isNotFound(error)) return reader.giveUp();
        await delay(retryMilliseconds);
      }
    }
  }

  async #live(): Promise<void> {
    this.#end = (await readEnd(this.files)) ?? undefined;
    if (this.#end !== undefined) this.#exited.resolve();
    const { signal } = this.#closing;
    while (this.#end === undefined && !signal.aborted) {
      try {
        const end = await this.#proceed(await readState(this.files));
        await writeEnd(this.files, end);
        this.#end = end;
      } catch (error) {
        if (signal.aborted) return;
        // The daemon does not answer, say: what has been done so far stands, and is found again.
        console.error('A container could not be driven', this.job.attemptId, error);
        await delay(retryMilliseconds, undefined, { signal }).catch(() => undefined);
      }
    }
    this.#exited.resolve();
    this.#setting.onNews();
  }

  /** One pass over the life of an attempt; each step finds what was done before. */
  async #proceed(state: StateDocument): Promise<EndDocument> {
    this.#digest = state.imageDigest;
    if (!state.started) {
      const early = await this.#prepare();
      if (early !== null) return this.#ended(early);
      await this.#start();
    }
    const before = await this.#inspect();
    if (before === null) return this.#ended(removed);
    this.#startedAt = new Date(before.State.StartedAt).toISOString();
    this.#setting.onNews();
    if (before.State.Running || before.State.Status === 'created') await this.#untilExit(before.State.Pid);
    const after = await this.#inspect();
    if (after === null) return this.#ended(removed);
    this.#exited.resolve();
    await this.#measure(null);
    this.#sampler.record();
    const { ending } = await readState(this.files);
    const { reason, exitCode } = decideEnd({
      exitCode: after.State.ExitCode,
      startError: this.#startError ?? (after.State.Status === 'created' ? after.State.Error : undefined),
      outOfMemory: after.State.OOMKilled || this.#sampler.outOfMemory,
      ending: ending?.why ?? null,
      resources: this.job.resources,
      usage: this.usage,
    });
    const finished = Date.parse(after.State.FinishedAt);
    return this.#ended(
      reason,
      exitCode,
      new Date(Number.isNaN(finished) ? Date.now() : finished).toISOString(),
    );
  }

  #ended(
    reason: RuntimeReason,
    exitCode: number | null = null,
    endedAt = new Date().toISOString(),
  ): EndDocument {
    return {
      state: reason.code === 'removed' ? 'gone' : 'ended',
      reason,
      exitCode,
      imageDigest: this.#digest,
      startedAt: this.#startedAt,
      endedAt,
      usage: this.usage,
    };
  }

  async #inspect(): Promise<ContainerInspectInfo | null> {
    return await this.#container.inspect().catch((error: unknown) => {
      if (isNotFound(error)) return null;
      throw error;
    });
  }

  /** Inputs and image. @returns why it ends before it began */
  async #prepare(): Promise<RuntimeReason | null> {
    const { daemon, objects, image, wantedDigest, pullSeconds, container } = this.#setting;
    const signal = AbortSignal.any([this.#closing.signal, this.#cancelled.signal]);
    if ((await readState(this.files)).ending !== null) return { code: 'cancelled', evidence: {} };
    try {
      await stage(this.job, this.files.work, objects, {
        // Files of the store are the platform's alone: another user cannot read them.
        inputsAreReadOnly: process.getuid?.() !== 0,
        onProgress: (evidence) => this.#wait({ code: 'staging', evidence }),
        signal,
      });
      const digest = await ensureImage(daemon.docker, image, {
        digest: wantedDigest,
        deadlineSeconds: pullSeconds,
        onProgress: (evidence) => this.#wait({ code: 'image_pulling', evidence: { image, ...evidence } }),
        signal,
      });
      this.#digest = digest;
      await this.#change({ imageDigest: digest });
    } catch (error) {
      this.#closing.signal.throwIfAborted();
      if (this.#cancelled.signal.aborted) return { code: 'cancelled', evidence: {} };
      if (error instanceof ImageUnavailableError)
        return { code: 'image_unavailable', evidence: { image, message: error.message } };
      if (error instanceof InputUnavailableError)
        return { code: 'input_unavailable', evidence: { path: error.path, message: error.message } };
      throw error;
    }
    await handOver(this.files.work, this.files.temporary, container.user);
    return null;
  }

  #wait(reason: RuntimeReason): void {
    this.#waiting = reason;
    this.#setting.onNews();
  }

  async #start(): Promise<void> {
    const { daemon, container, command, cache } = this.#setting;
    const options = containerOptions(this.job, {
      ...container,
      image: this.#digest ?? this.#setting.image,
      command,
      cache,
      work: this.files.work,
      temporary: this.files.temporary,
      keepsUser: daemon.name === 'Podman' && daemon.rootless,
      cgroupParent: this.#group?.parent ?? null,
      log:
        daemon.name === 'Podman'
          ? { Type: 'k8s-file', Config: { path: this.files.log } }
          : { Type: 'json-file', Config: {} },
    });
    try {
      await createWithInit(daemon, options);
    } catch (error) {
      // By the platform before, which was killed: it has the same name, so it is the same.
      if (!isDone(error)) throw error;
    }
    // One that has begun already is never begun again: the platform before may have been killed right after it.
    const status = (await this.#inspect())?.State.Status;
    if (status !== undefined && !['created', 'configured', 'initialized'].includes(status))
      return await this.#change({ started: true });
    await this.#container.start().catch((error: unknown) => {
      // What cannot be executed is seen by looking at the container.
      if (!isDone(error)) this.#startError = error instanceof Error ? error.message : String(error);
    });
    await this.#change({ started: true });
  }

  async #untilExit(pid: number): Promise<void> {
    const { signal } = this.#closing;
    if (this.#startError !== undefined) return;
    const exited = new AbortController();
    const until = AbortSignal.any([signal, exited.signal]);
    const watching = this.#watchLimits(pid, until);
    try {
      for (;;) {
        signal.throwIfAborted();
        // Either may be late: Podman's answer may not come at all where its own clean-up is held up.
        const waiting = this.#container.wait({ abortSignal: until }).catch(() => undefined);
        await Promise.race([
          waiting,
          delay(lookMilliseconds, undefined, { signal: until }).catch(() => undefined),
        ]);
        signal.throwIfAborted();
        if ((await this.#inspect())?.State.Running !== true) return;
        await delay(50, undefined, { signal: until });
      }
    } finally {
      exited.abort();
      await watching;
    }
  }

  /** Samples, and puts an end to what takes too long, writes too much, or was to end. */
  async #watchLimits(pid: number, signal: AbortSignal): Promise<void> {
    const { storageGb, timeoutSeconds } = this.job.resources;
    let sampled = 0;
    while (!signal.aborted) {
      try {
        await this.#measure(pid);
        if (performance.now() - sampled >= this.#setting.sampleMilliseconds) {
          sampled = performance.now();
          this.#sampler.record();
          this.#setting.onNews();
        }
        const { ending } = await readState(this.files);
        if (ending !== null) await this.#signalEnd(ending);
        else if (this.#sampler.storageBytes > storageGb * 1024 ** 3) await this.#putToEnd('storage', 0);
        else if (timeoutSeconds !== null && this.#elapsedSeconds() > timeoutSeconds)
          await this.#putToEnd('timeout', 5);
      } catch (error) {
        if (!signal.aborted) console.error('A container could not be sampled', this.job.attemptId, error);
      }
      await delay(Math.min(1000, this.#setting.sampleMilliseconds), undefined, { signal }).catch(
        () => undefined,
      );
    }
  }

  #elapsedSeconds(): number {
    return this.#startedAt === null ? 0 : (Date.now() - Date.parse(this.#startedAt)) / 1000;
  }

  async #measure(pid: number | null): Promise<void> {
    this.#sampler.measureMemory(pid);
    await this.#sampler.measureStorage(pid);
  }

  /** SIGTERM now, SIGKILL when its time is over: written down, so that a platform that comes later does it. */
  async #putToEnd(why: 'cancel' | 'timeout' | 'storage', graceSeconds: number): Promise<void> {
    const { ending } = await readState(this.files);
    const killAt = new Date(Date.now() + graceSeconds * 1000).toISOString();
    const sooner = ending === null || killAt < ending.killAt ? killAt : ending.killAt;
    const wanted = { why: ending?.why ?? why, killAt: sooner };
    await this.#change({ ending: wanted });
    this.#cancelled.abort();
    if (graceSeconds > 0 && ending === null) await this.#kill('SIGTERM');
    await this.#signalEnd(wanted);
  }

  async #signalEnd({ killAt }: { readonly killAt: string }): Promise<void> {
    const left = Date.parse(killAt) - Date.now();
    if (left <= 0) return await this.#kill('SIGKILL');
    await delay(Math.min(left, 250), undefined, { signal: this.#closing.signal }).catch(() => undefined);
  }

  /** One after the other: a call to end it may come while it starts. */
  async #change(change: Partial<StateDocument>): Promise<void> {
    await this.#inTurn(async () => await changeState(this.files, change));
  }

  async #kill(signal: string): Promise<void> {
    await this.#container.kill({ signal }).catch(async (error: unknown) => {
      // It may have ended meanwhile, which each engine says in its own way: the next look tells.
      if (!isNotFound(error) && (await this.#inspect())?.State.Running === true) throw error;
    });
  }
}

/**
 * With a small init in front: the first process of a container ignores signals, its own too, and nobody waits for what
 * others leave behind. Podman has it where `catatonit` is installed.
 */
async function createWithInit({ docker }: Daemon, options: ContainerCreateOptions): Promise<void> {
  try {
    await docker.createContainer({ ...options, HostConfig: { ...options.HostConfig, Init: true } });
  } catch (error) {
    if (!/init|catatonit/i.test(error instanceof Error ? error.message : '')) throw error;
    await docker.createContainer(options);
  }
}
