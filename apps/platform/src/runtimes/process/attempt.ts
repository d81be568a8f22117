import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { removeMostlyEmpty } from '../remove-tree.ts';
import type { AttemptNews, AttemptSpec, EndedBy, LogStream } from '../local/attempts.ts';
import type { Cgroup } from './cgroups.ts';
import { writeDocumentSync } from '../write-document.ts';
import type { AttemptFiles, ExitDocument } from './files.ts';
import { buildLaunch } from './launch.ts';
import type { LaunchSetting } from './launch.ts';
import { LogFile } from './log-file.ts';
import { identify } from './process-table.ts';
import type { ProcessIdentity } from './process-table.ts';
import type { RunSetting } from './protocol.ts';
import { childEnded, childStarted } from './reaped.ts';
import { Sampler } from './sampler.ts';
import { endedOutcome } from './exit.ts';
import { emptyOut, killTree, terminateTree } from './kill.ts';

/** Time for the pipes to run dry after the end, should a process that got away hold them open. */
const DRAIN_MILLISECONDS = 2_000;
const WATCH_WITH_CGROUP_MILLISECONDS = 1_000;
const WATCH_WITHOUT_CGROUP_MILLISECONDS = 250;
const FIRST_LOOK_MILLISECONDS = 20;
const GLANCE_MILLISECONDS = 25;
/** Looks that come sooner after each other, at the beginning, are at memory alone. */
const STORAGE_FROM_MILLISECONDS = 80;
/** A component that logs or writes its status without pause is heard of this often. */
const NEWS_MILLISECONDS = 50;
/** Above the allowance, so that the watch, which counts the whole tree and can say why, comes first. */
const DATA_LIMIT_MARGIN_BYTES = 1_073_741_824;

export interface AttemptSetting {
  files: AttemptFiles;
  cgroup: Cgroup | null;
  launch: Pick<LaunchSetting, 'sandbox' | 'diesWithParent'>;
  metricsMilliseconds: RunSetting['metricsMilliseconds'];
  tell: (news: AttemptNews) => void;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** One running attempt, from launch until its exit document is written. */
export class Attempt {
  /** Resolves once all of it is in its files. */
  readonly ended: Promise<void>;
  readonly #spec: AttemptSpec;
  readonly #setting: AttemptSetting;
  readonly #log: LogFile;
  readonly #sampler: Sampler;
  readonly #pending = new Set<AttemptNews>();
  #child: Child | undefined;
  readonly #startedAt = new Date().toISOString();
  #identity: ProcessIdentity | null = null;
  #over = false;
  #endedBy: EndedBy = 'itself';
  #endTimers: NodeJS.Timeout[] = [];
  #newsTimer: NodeJS.Timeout | undefined;
  #wake: AbortController = new AbortController();

  constructor(spec: AttemptSpec, setting: AttemptSetting) {
    this.#spec = spec;
    this.#setting = setting;
    this.#log = new LogFile(setting.files.log);
    this.#sampler = new Sampler({
      folder: spec.folder,
      temporary: setting.files.temporary,
      metricsFile: setting.files.metrics,
      resources: spec.resources,
      cgroup: setting.cgroup,
      logBytes: () => this.#log.bytes,
      sandboxed: setting.launch.sandbox !== null,
    });
    this.ended = this.#run();
  }

  get #pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** A request to end it: SIGTERM now, SIGKILL after the grace. The first reason given stays. */
  stop(graceSeconds: number, endedBy: EndedBy = 'stop'): void {
    if (this.#over) return;
    if (this.#endedBy === 'itself') this.#endedBy = endedBy;
    const pid = this.#pid;
    if (pid === null) return;
    const sandboxed = this.#setting.launch.sandbox !== null;
    const kill = () => void killTree(this.#root(pid), this.#spec.attemptId, sandboxed, this.#setting.cgroup);
    if (graceSeconds <= 0) {
      kill();
      return;
    }
    terminateTree(pid, sandboxed, this.#setting.cgroup);
    this.#endTimers.push(setTimeout(kill, graceSeconds * 1000));
  }

  async #run(): Promise<void> {
    const { files } = this.#setting;
    let exit: { code: number | null; signal: NodeJS.Signals | null };
    try {
      exit = await this.#runChild();
    } catch (error) {
      this.#endedBy = 'launch-failure';
      this.#log.note(`[platform] The component could not be started: ${(error as Error).message}`);
      exit = { code: null, signal: null };
    }
    this.#over = true;
    const endedAt = new Date().toISOString();
    this.#log.end();
    await this.#measureLast();
    const { peaks, outOfMemory } = this.#sampler;
    await writeUntilItFits(files.exit, {
      ...endedOutcome(exit, this.#endedBy, outOfMemory, this.#setting.launch.sandbox !== null),
      startedAt: this.#startedAt,
      endedAt,
      peakMemoryBytes: peaks.memoryBytes,
      peakStorageBytes: peaks.storageBytes,
      cpuSeconds: peaks.cpuSeconds,
      sandboxed: this.#setting.launch.sandbox !== null,
    });
    clearTimeout(this.#newsTimer);
    this.#setting.tell('ended');
    await this.#clearUp();
  }

  async #clearUp(): Promise<void> {
    try {
      await this.#setting.cgroup?.remove();
      await removeMostlyEmpty(this.#setting.files.temporary);
    } catch (error) {
      console.error('Could not clear up', this.#spec.attemptId, error);
    }
  }

  async #runChild(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    const { files, cgroup, launch } = this.#setting;
    const { program, args, environment } = buildLaunch(this.#spec, {
      ...launch,
      temporary: files.temporary,
      joinFiles: cgroup?.joinFiles ?? [],
      dataLimitBytes:
        cgroup === null ? this.#spec.resources.memoryMb * 1_048_576 + DATA_LIMIT_MARGIN_BYTES : null,
    });
    const child: Child = spawn(program, args, {
      cwd: this.#spec.folder,
      env: environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const exited = new Promise<{
      code: number | null;
      signal: NodeJS.Signals | null;
      taken: Promise<number | null>;
    }>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve({ code, signal, taken: childEnded(this.#sampler.tree) }));
    });
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    this.#listen('stdout', child.stdout);
    this.#listen('stderr', child.stderr);
    const pid = child.pid;
    if (pid === undefined) return await exited;
    childStarted();
    this.#identity = identify(pid);
    const { timeoutSeconds } = this.#spec;
    if (timeoutSeconds !== undefined)
      this.#endTimers.push(setTimeout(() => this.#timeOut(timeoutSeconds), timeoutSeconds * 1000));
    const watcher = this.#watchStatus();
    const watching = this.#watchLimits(pid);
    const glancing = this.#glance();
    const exit = await exited;
    this.#over = true;
    this.#wake.abort();
    clearInterval(glancing);
    watcher?.close();
    for (const timer of this.#endTimers) clearTimeout(timer);
    // What it left behind goes with it, before anything is believed of its files. In a sandbox its process namespace ends
    // with bubblewrap, or a little later, unless it was ended while it was being made.
    if (launch.sandbox !== null && this.#endedBy === 'itself' && cgroup !== null) await emptyOut(cgroup);
    else await killTree(this.#root(pid), this.#spec.attemptId, false, cgroup);
    await Promise.race([closed, delay(DRAIN_MILLISECONDS, undefined, { ref: false })]);
    child.stdout.destroy();
    child.stderr.destroy();
    await watching;
    this.#sampler.tree.end((await exit.taken) ?? 0);
    return exit;
  }

  /** One that ended before it could be looked at began at some time. */
  #root(pid: number): ProcessIdentity {
    return this.#identity ?? { pid, started: '0' };
  }

  #listen(stream: LogStream, pipe: Readable): void {
    pipe.on('data', (chunk: Buffer) => {
      this.#log.push(stream, chunk);
      this.#tellSoon('logs');
    });
    // A broken pipe ends the stream; the exit tells the rest.
    pipe.on('error', () => undefined);
  }

  #watchStatus(): FSWatcher | null {
    try {
      const watcher = watch(this.#spec.folder, { persistent: false }, (_, name) => {
        if (name === 'status.json') this.#tellSoon('status');
      });
      watcher.on('error', () => watcher.close());
      return watcher;
    } catch {
      // Too many watches on this machine: the status is still read with each sample.
      return null;
    }
  }

  /** bubblewrap does not wait for what runs in it: without control groups its time since the last look is never told. */
  #glance(): NodeJS.Timeout | undefined {
    const { cgroup, launch } = this.#setting;
    if (cgroup !== null || launch.sandbox === null) return undefined;
    return setInterval(() => this.#sampler.tree.glance(), GLANCE_MILLISECONDS).unref();
  }

  /** Looks at memory and storage again and again, records samples when they are due, and ends what exceeds its limits. */
  async #watchLimits(pid: number): Promise<void> {
    const { cgroup, metricsMilliseconds } = this.#setting;
    const { shortest, longest } = metricsMilliseconds;
    const base = Math.min(
      shortest,
      cgroup === null ? WATCH_WITHOUT_CGROUP_MILLISECONDS : WATCH_WITH_CGROUP_MILLISECONDS,
    );
    const started = performance.now();
    let due = started + shortest;
    // What a short attempt takes is only seen by looking early, and again at about half of its time.
    let pause = Math.min(base, FIRST_LOOK_MILLISECONDS);
    while (!this.#over) {
      await delay(pause, undefined, { signal: this.#wake.signal }).catch(() => undefined);
      if (this.#over) return;
      const before = performance.now();
      try {
        await this.#sampler.measureMemory(pid);
        this.#refuseMemory();
        if (pause >= Math.min(base, STORAGE_FROM_MILLISECONDS)) {
          await this.#sampler.measureStorage(pid);
          this.#refuseStorage();
        }
        if (before >= due && !this.#over) {
          this.#sampler.record();
          due = before + Math.min(longest, Math.max(shortest, (before - started) / 20));
          this.#tellSoon('metrics');
        }
      } catch (error) {
        console.error('A sample failed', this.#spec.attemptId, error);
      }
      // Folders of a million files take their time: only a part of it all goes into looking.
      pause = Math.max(Math.min(base, pause * 2), (performance.now() - before) * (cgroup === null ? 5 : 20));
    }
  }

  #refuseMemory(): void {
    const allowed = this.#spec.resources.memoryMb * 1_048_576;
    if (this.#setting.cgroup !== null || this.#over || this.#sampler.memoryBytes <= allowed) return;
    this.#refuse(
      'memory',
      `It took ${mebibytes(this.#sampler.memoryBytes)} of memory; ${mebibytes(allowed)} are allowed.`,
    );
  }

  #refuseStorage(): void {
    const allowed = this.#spec.resources.storageGb * 1_073_741_824;
    if (this.#over || this.#sampler.storageBytes <= allowed) return;
    this.#refuse(
      'storage',
      `It wrote ${mebibytes(this.#sampler.storageBytes)}; ${mebibytes(allowed)} are allowed.`,
    );
  }

  #timeOut(seconds: number): void {
    if (this.#endedBy === 'itself')
      this.#log.note(`[platform] It ran for ${seconds} s, which is as long as it may.`);
    this.stop(5, 'timeout');
  }

  #refuse(limit: 'memory' | 'storage', sentence: string): void {
    if (this.#endedBy === 'itself') this.#log.note(`[platform] ${sentence}`);
    this.stop(0, limit);
  }

  async #measureLast(): Promise<void> {
    try {
      await this.#sampler.measureMemory(null);
      await this.#sampler.measureStorage(null);
      this.#sampler.record({ last: true });
    } catch (error) {
      console.error('The last sample failed', this.#spec.attemptId, error);
    }
  }

  /** At once when there was quiet before, else gathered for a moment. */
  #tellSoon(news: AttemptNews): void {
    this.#pending.add(news);
    if (this.#newsTimer !== undefined) return;
    const pending = [...this.#pending];
    this.#pending.clear();
    for (const each of pending) this.#setting.tell(each);
    this.#newsTimer = setTimeout(() => {
      this.#newsTimer = undefined;
      const next = this.#pending.values().next().value;
      if (next !== undefined) this.#tellSoon(next);
    }, NEWS_MILLISECONDS);
  }
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_048_576)} MiB`;
}

/** The result must not be lost to a disk that is full for a while; until it is written the attempt counts as running. */
async function writeUntilItFits(path: string, document: ExitDocument): Promise<void> {
  for (let wait = 100; ; wait = Math.min(wait * 2, 10_000)) {
    try {
      writeDocumentSync(path, document);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      console.error('A result could not be written yet', path, error);
    }
    await delay(wait);
  }
}
