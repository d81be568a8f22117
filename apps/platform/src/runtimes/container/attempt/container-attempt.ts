import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import type { Container } from 'dockerode';

import type { Job, Observation, RuntimeReason } from '../../runtime.ts';
import { Sampler } from '../../process/index.ts';
import { AttemptEnding } from './attempt-ending.ts';
import { readEnd, readState, writeEnd } from './attempt-files.ts';
import type { ContainerAttemptFiles, EndDocument, StateDocument } from './attempt-files.ts';
import { AttemptLog } from './attempt-log.ts';
import type { ContainerAttemptSetting } from './attempt-setting.ts';
import { containerName, containerOptions } from './container-options.ts';
import { decideEnd } from './end.ts';
import { inspect } from './inspect.ts';
import type { LogReader } from './log-reader.ts';
import { makeMemoryGroup } from './memory-group.ts';
import type { MemoryGroup } from './memory-group.ts';
import { prepareAttempt } from './prepare-attempt.ts';
import { startContainer } from './start-container.ts';

const retryMilliseconds = 1000;
const lookMilliseconds = 1000;
/** What a short attempt takes is only seen by looking early, and again at about half of its time. */
const firstLookMilliseconds = 20;

const removed: RuntimeReason = {
  code: 'removed',
  evidence: { message: 'the container engine does not know its container any more' },
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
  readonly #sampler: Sampler;
  readonly #group: MemoryGroup | null;
  #waiting: RuntimeReason | null = null;
  #startedAt: string | null = null;
  #digest: string | null = null;
  #end: EndDocument | undefined;
  #startError: string | undefined;
  readonly #exited = Promise.withResolvers<void>();
  readonly #ending: AttemptEnding;
  readonly #log: AttemptLog;

  constructor(job: Job, files: ContainerAttemptFiles, setting: ContainerAttemptSetting) {
    this.job = job;
    this.files = files;
    this.#setting = setting;
    const { daemon, container } = setting;
    this.#container = daemon.docker.getContainer(containerName(job.attemptId));
    this.#ending = new AttemptEnding(files, this.#container, this.#closing.signal);
    this.#log = new AttemptLog({
      daemon,
      container: this.#container,
      file: files.log,
      exited: this.#exited.promise,
      onNews: setting.onNews,
    });
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
    return await this.#log.take(taken, last, { limit, isWhole: this.#end !== undefined });
  }

  async cancel(graceSeconds: number): Promise<void> {
    if (this.#end !== undefined) return;
    await this.#ending.begin('cancel', graceSeconds);
  }

  /** Lets go: the container goes on. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#exited.resolve();
    this.#log.close();
    await this.over;
  }

  removeGroup(): void {
    this.#group?.remove();
  }

  async #live(): Promise<void> {
    this.#end = (await readEnd(this.files)) ?? undefined;
    if (this.#end !== undefined) this.#exited.resolve();
    const { signal } = this.#closing;
    while (this.#end === undefined && !signal.aborted) {
      try {
        const end = await this.#proceed(await readState(this.files));
        this.#end = await writeEnd(this.files, end);
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
    const before = await inspect(this.#container);
    if (before === null) return this.#ended(removed);
    this.#startedAt = new Date(before.State.StartedAt).toISOString();
    this.#setting.onNews();
    if (before.State.Running || before.State.Status === 'created') await this.#untilExit(before.State.Pid);
    const after = await inspect(this.#container);
    if (after === null) return this.#ended(removed);
    this.#exited.resolve();
    await this.#measure(null);
    this.#sampler.record({ last: true });
    const ending = await this.#ending.read();
    const facts = {
      exitCode: after.State.ExitCode,
      startError: this.#startError ?? (after.State.Status === 'created' ? after.State.Error : undefined),
      outOfMemory: after.State.OOMKilled || this.#sampler.outOfMemory,
      ending: ending?.why ?? null,
      resources: this.job.resources,
    };
    if (decideEnd({ ...facts, usage: this.usage }).reason.code === 'out_of_memory') this.#sampler.ranOut();
    const { reason, exitCode } = decideEnd({ ...facts, usage: this.usage });
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
    // Podman notes when a container has begun once it has been started: a short one has ended by then on a busy machine.
    const began = this.#startedAt;
    return {
      state: reason.code === 'removed' ? 'gone' : 'ended',
      reason,
      exitCode,
      imageDigest: this.#digest,
      startedAt: began !== null && began > endedAt ? endedAt : began,
      endedAt,
      usage: this.usage,
    };
  }

  /** @returns why it ends before it began */
  async #prepare(): Promise<RuntimeReason | null> {
    if ((await this.#ending.read()) !== null) return { code: 'cancelled', evidence: {} };
    return await prepareAttempt(this.job, {
      files: this.files,
      setting: this.#setting,
      closing: this.#closing.signal,
      cancelled: this.#ending.asked,
      onWait: (reason) => this.#wait(reason),
      onDigest: async (digest) => {
        this.#digest = digest;
        await this.#ending.change({ imageDigest: digest });
      },
    });
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
    this.#startError = await startContainer(daemon, this.#container, options);
    await this.#ending.change({ started: true });
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
        if ((await inspect(this.#container))?.State.Running !== true) return;
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
    const longest = Math.min(1000, this.#setting.sampleMilliseconds);
    let sampled = 0;
    for (let pause = firstLookMilliseconds; !signal.aborted; pause = Math.min(longest, pause * 2)) {
      try {
        await this.#measure(pid);
        if (performance.now() - sampled >= this.#setting.sampleMilliseconds) {
          sampled = performance.now();
          this.#sampler.record();
          this.#setting.onNews();
        }
        const ending = await this.#ending.read();
        if (ending !== null) await this.#ending.goOn(ending);
        else if (this.#sampler.storageBytes > storageGb * 1024 ** 3) await this.#ending.begin('storage', 0);
        else if (timeoutSeconds !== null && this.#elapsedSeconds() > timeoutSeconds)
          await this.#ending.begin('timeout', 5);
      } catch (error) {
        if (!signal.aborted) console.error('A container could not be sampled', this.job.attemptId, error);
      }
      await delay(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  #elapsedSeconds(): number {
    return this.#startedAt === null ? 0 : (Date.now() - Date.parse(this.#startedAt)) / 1000;
  }

  async #measure(pid: number | null): Promise<void> {
    await this.#sampler.measureMemory(pid);
    await this.#sampler.measureStorage(pid);
  }
}
