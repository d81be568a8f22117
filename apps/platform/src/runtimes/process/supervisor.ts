import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RuntimeError } from '../errors.ts';
import { removeTree } from '../remove-tree.ts';
import type { AttemptHandle, AttemptNews, AttemptSpec, RuntimeDescription } from '../local/attempts.ts';
import { Attempt } from './attempt.ts';
import { CgroupParent } from './cgroups.ts';
import { describeRuntime } from './describe.ts';
import { attemptFiles, attemptsFolder, filesIn, forget, readState } from './files.ts';
import { writeDocumentSync } from '../write-document.ts';
import type { StateDocument } from './files.ts';
import { findParentDeathSignal } from './launch.ts';
import { sweep } from './kill.ts';
import { identify, isAlive } from './process-table.ts';
import type { ProcessIdentity } from './process-table.ts';
import type { RunSetting } from './protocol.ts';
import { findSandbox } from './sandbox.ts';
import { spreadFolders } from '../spread.ts';
import type { Sandbox } from './sandbox.ts';

type Listener = (attemptId: string, news: AttemptNews) => void;

/** Runs attempts in one state folder and outlives the platform. There is never more than one for a folder. */
export class Supervisor {
  readonly #stateFolder: string;
  readonly #identity: ProcessIdentity;
  readonly #sandbox: Sandbox | string;
  readonly #cgroups: CgroupParent | null;
  readonly #parentDeathSignal: boolean;
  readonly #running = new Map<string, Attempt>();
  readonly #listeners = new Set<Listener>();

  private constructor(
    stateFolder: string,
    sandbox: Sandbox | string,
    cgroups: CgroupParent | null,
    deathSignal: boolean,
  ) {
    const identity = identify(process.pid);
    if (identity === null) throw new Error('This system does not tell when a process was started');
    this.#stateFolder = stateFolder;
    this.#identity = identity;
    this.#sandbox = sandbox;
    this.#cgroups = cgroups;
    this.#parentDeathSignal = deathSignal;
  }

  /** Looks at what this machine offers, and clears up after a supervisor that was killed. Holds the folder's lock already. */
  static async open(stateFolder: string): Promise<Supervisor> {
    mkdirSync(attemptsFolder(stateFolder), { recursive: true, mode: 0o700 });
    const [sandbox, cgroups, deathSignal] = await Promise.all([
      findSandbox(stateFolder),
      CgroupParent.find(stateFolder),
      findParentDeathSignal(),
      spreadFolders(attemptsFolder(stateFolder)),
    ]);
    const supervisor = new Supervisor(stateFolder, sandbox, cgroups, deathSignal);
    await supervisor.#clearUp();
    return supervisor;
  }

  get busy(): boolean {
    return this.#running.size > 0;
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  describe(setting: RunSetting): RuntimeDescription {
    return describeRuntime({
      sandbox: setting.sandbox === 'none' ? 'it is switched off' : this.#sandbox,
      controlGroups: setting.controlGroups === 'none' ? null : this.#cgroups,
      diesWithParent: this.#parentDeathSignal,
    });
  }

  /**
   * The claim on an id is the folder of that name, made whole and by rename: it is there before the process, so that an
   * attempt is never run twice, not even when this supervisor is killed in between (then it is gone).
   */
  start(spec: AttemptSpec, setting: RunSetting): AttemptHandle {
    const files = attemptFiles(this.#stateFolder, spec.attemptId);
    const handle: AttemptHandle = { runtime: 'process', attemptId: spec.attemptId, folder: spec.folder };
    const known = readState(files);
    if (known !== null) return { ...handle, folder: known.folder };
    const sandbox = this.#sandboxFor(setting);
    const claim = filesIn(`${files.folder}.new`);
    rmSync(claim.folder, { recursive: true, force: true });
    mkdirSync(claim.temporary, { recursive: true, mode: 0o700 });
    const state: StateDocument = {
      attemptId: spec.attemptId,
      folder: spec.folder,
      supervisor: this.#identity,
    };
    writeDocumentSync(claim.state, state);
    renameSync(claim.folder, files.folder);
    try {
      this.#launch(spec, setting, sandbox);
    } catch (error) {
      // Nothing has run yet.
      rmSync(files.folder, { recursive: true, force: true });
      throw new RuntimeError(
        'runtime_unavailable',
        `The attempt cannot be started now: ${(error as Error).message}`,
        {
          cause: error,
        },
      );
    }
    return handle;
  }

  async stop(attemptId: string, graceSeconds: number): Promise<null> {
    const attempt = this.#running.get(attemptId);
    attempt?.stop(graceSeconds);
    await attempt?.ended;
    return null;
  }

  watch(attemptId: string): { running: boolean } {
    return { running: this.#running.has(attemptId) };
  }

  async remove(attemptId: string): Promise<null> {
    const { folder } = attemptFiles(this.#stateFolder, attemptId);
    if (this.#running.has(attemptId)) {
      throw new RuntimeError('attempt_running', 'The attempt still runs: stop it before it is removed');
    }
    await forget(folder);
    return null;
  }

  /** Ends what still runs. */
  async close(): Promise<void> {
    await Promise.all([...this.#running.keys()].map(async (attemptId) => await this.stop(attemptId, 0)));
    await this.#cgroups?.remove().catch(() => undefined);
  }

  #sandboxFor(setting: RunSetting): Sandbox | null {
    if (setting.sandbox === 'none') return null;
    if (typeof this.#sandbox !== 'string') return this.#sandbox;
    if (setting.sandbox === 'auto') return null;
    throw new RuntimeError(
      'runtime_unavailable',
      `A sandbox is required, and there is none: ${this.#sandbox}`,
    );
  }

  #launch(spec: AttemptSpec, setting: RunSetting, sandbox: Sandbox | null): void {
    const { attemptId } = spec;
    const cgroups = setting.controlGroups === 'none' ? null : this.#cgroups;
    const attempt = new Attempt(spec, {
      files: attemptFiles(this.#stateFolder, attemptId),
      cgroup: cgroups?.create(attemptId, spec.resources) ?? null,
      launch: { sandbox, diesWithParent: this.#parentDeathSignal },
      metricsMilliseconds: setting.metricsMilliseconds,
      tell: (news) => {
        // From here on its files say all, and a stop has nothing to wait for.
        if (news === 'ended') this.#running.delete(attemptId);
        for (const listener of this.#listeners) listener(attemptId, news);
      },
    });
    this.#running.set(attemptId, attempt);
  }

  /** Ends what a killed supervisor left running, so that an attempt called gone is gone. */
  async #clearUp(): Promise<void> {
    for (const name of await readdir(attemptsFolder(this.#stateFolder))) {
      const files = filesIn(join(attemptsFolder(this.#stateFolder), name));
      if (name.includes('.')) {
        await removeTree(files.folder);
        continue;
      }
      const state = readState(files);
      if (state === null || existsSync(files.exit) || isAlive(state.supervisor)) continue;
      await sweep(state);
    }
  }
}
