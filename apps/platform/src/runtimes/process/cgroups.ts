import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { AttemptResources } from '../local/attempts.ts';
import { shortHash } from './files.ts';
import { findHierarchies } from './cgroup-hierarchies.ts';
import type { Hierarchies } from './cgroup-hierarchies.ts';
import type { MemoryUsage } from './memory-peak.ts';
import { identify, isStillRunning, sendSignal } from './process-table.ts';

/** Processes an attempt may have, so that one that multiplies without end stops itself and not the machine. */
const MAX_PROCESSES = 1024;
const CPU_PERIOD_MICROSECONDS = 100_000;

export interface CgroupUsage extends MemoryUsage {
  swapBytes: number;
  cpuSeconds: number | null;
  outOfMemory: boolean;
}

/** The control groups of one attempt. */
export interface Cgroup {
  /** Files into which a process writes 0 to join. */
  joinFiles: string[];
  usage(): CgroupUsage;
  processes(): number[];
  remove(): Promise<void>;
}

/**
 * Where control groups can be made on this machine, version 1 or 2, below the supervisor's own, so that whatever bounds
 * the platform bounds its attempts too.
 */
export class CgroupParent {
  readonly #hierarchies: Hierarchies;
  readonly #name: string;

  private constructor(hierarchies: Hierarchies, name: string) {
    this.#hierarchies = hierarchies;
    this.#name = name;
  }

  get limitsCpu(): boolean {
    return this.#hierarchies.folders.cpu !== undefined;
  }

  /**
   * Really makes one and sets its limits; null when the system does not let us. Clears what supervisors of this folder left
   * that run no more. Its name tells the process that made it: a folder may be removed and made again under the same name
   * while the supervisor of the old one still runs, and neither may end what the other one runs.
   */
  static async find(stateFolder: string): Promise<CgroupParent | null> {
    const folderName = `fusion-platform-${shortHash(stateFolder)}`;
    const started = identify(process.pid)?.started.split('/').at(-1) ?? '';
    const name = `${folderName}-${process.pid}-${started.replaceAll(/\W/g, '')}`;
    for (const hierarchies of findHierarchies()) {
      const parent = new CgroupParent(hierarchies, name);
      try {
        await removeAbandoned(hierarchies, folderName);
        await parent.create('probe', { cpu: 1, memoryMb: 64, storageGb: 1 }).remove();
        return parent;
      } catch {
        await parent.remove().catch(() => undefined);
      }
    }
    return null;
  }

  create(attemptId: string, resources: AttemptResources): Cgroup {
    const { version, folders } = this.#hierarchies;
    const made = new Map<string, string>();
    for (const [controller, parent] of Object.entries(folders)) {
      const base = join(parent, this.#name);
      if (makeFolder(base) && version === 2) {
        writeFileSync(join(base, 'cgroup.subtree_control'), '+memory +cpu +pids');
      }
      const own = join(base, attemptId);
      makeFolder(own);
      made.set(controller, own);
    }
    const cgroup = version === 1 ? new CgroupV1(made) : new CgroupV2(made);
    cgroup.limit(resources);
    return cgroup;
  }

  /** Removes all attempts' groups and the parent itself. */
  async remove(): Promise<void> {
    for (const parent of new Set(Object.values(this.#hierarchies.folders)))
      await removeGroups(join(parent, this.#name));
  }
}

/** Removes the groups of supervisors of a folder that run no more, with all that runs in them. */
async function removeAbandoned({ folders }: Hierarchies, folderName: string): Promise<void> {
  for (const parent of new Set(Object.values(folders)))
    for (const name of readFolders(parent)) {
      if (name !== folderName && !name.startsWith(`${folderName}-`)) continue;
      const [pid = '', started = ''] = name.slice(folderName.length + 1).split('-');
      if (!isStillRunning(Number(pid), started)) await removeGroups(join(parent, name));
    }
}

async function removeGroups(base: string): Promise<void> {
  for (const entry of readFolders(base)) {
    for (const pid of readNumbers(join(base, entry, 'cgroup.procs'))) sendSignal(pid, 'SIGKILL');
    await removeFolder(join(base, entry));
  }
  await removeFolder(base);
}

abstract class CgroupFiles implements Cgroup {
  protected readonly folders: ReadonlyMap<string, string>;

  constructor(folders: ReadonlyMap<string, string>) {
    this.folders = folders;
  }

  abstract limit(resources: AttemptResources): void;
  abstract usage(): CgroupUsage;

  get joinFiles(): string[] {
    return [...new Set(this.folders.values())].map((folder) => join(folder, 'cgroup.procs'));
  }

  processes(): number[] {
    return readNumbers(this.path('memory', 'cgroup.procs'));
  }

  async remove(): Promise<void> {
    for (const folder of new Set(this.folders.values())) await removeFolder(folder);
  }

  protected path(controller: string, file: string): string {
    return join(this.folders.get(controller) ?? '', file);
  }
}

class CgroupV1 extends CgroupFiles {
  limit({ cpu, memoryMb }: AttemptResources): void {
    const bytes = String(Math.round(memoryMb * 1_048_576));
    writeFileSync(this.path('memory', 'memory.limit_in_bytes'), bytes);
    // Without accounting of swap the file is missing, and swap goes unlimited.
    tryWrite(this.path('memory', 'memory.memsw.limit_in_bytes'), bytes);
    tryWrite(this.path('memory', 'memory.swappiness'), '0');
    if (this.folders.has('cpu')) {
      const period = this.path('cpu', 'cpu.cfs_period_us');
      // It mostly is that already. To write it takes the kernel 0.08 ms and more, since it goes through all processors.
      if (readNumber(period) !== CPU_PERIOD_MICROSECONDS)
        writeFileSync(period, String(CPU_PERIOD_MICROSECONDS));
      writeFileSync(this.path('cpu', 'cpu.cfs_quota_us'), String(Math.round(cpu * CPU_PERIOD_MICROSECONDS)));
    }
    if (this.folders.has('pids')) writeFileSync(this.path('pids', 'pids.max'), String(MAX_PROCESSES));
  }

  usage(): CgroupUsage {
    const { charged, counts } = readCharged(
      this.path('memory', 'memory.usage_in_bytes'),
      this.path('memory', 'memory.stat'),
    );
    const killed = (readCounts(this.path('memory', 'memory.oom_control')).get('oom_kill') ?? 0) > 0;
    return {
      heldBytes: (counts.get('total_rss') ?? 0) + (counts.get('total_shmem') ?? 0),
      chargedBytes: charged,
      mostChargedBytes: readNumber(this.path('memory', 'memory.max_usage_in_bytes')),
      killed,
      swapBytes: counts.get('total_swap') ?? 0,
      cpuSeconds: this.folders.has('cpuacct')
        ? readNumber(this.path('cpuacct', 'cpuacct.usage')) / 1e9
        : null,
      outOfMemory: killed,
    };
  }
}

class CgroupV2 extends CgroupFiles {
  #peak = 0;

  limit({ cpu, memoryMb }: AttemptResources): void {
    writeFileSync(this.path('memory', 'memory.max'), String(Math.round(memoryMb * 1_048_576)));
    tryWrite(this.path('memory', 'memory.swap.max'), '0');
    tryWrite(this.path('memory', 'memory.oom.group'), '1');
    const quota = Math.round(cpu * CPU_PERIOD_MICROSECONDS);
    writeFileSync(this.path('cpu', 'cpu.max'), `${quota} ${CPU_PERIOD_MICROSECONDS}`);
    writeFileSync(this.path('pids', 'pids.max'), String(MAX_PROCESSES));
  }

  usage(): CgroupUsage {
    const { charged, counts } = readCharged(
      this.path('memory', 'memory.current'),
      this.path('memory', 'memory.stat'),
    );
    // memory.peak is there since Linux 5.19.
    this.#peak = Math.max(this.#peak, charged, readNumber(this.path('memory', 'memory.peak')));
    const killed = (readCounts(this.path('memory', 'memory.events')).get('oom_kill') ?? 0) > 0;
    return {
      heldBytes: (counts.get('anon') ?? 0) + (counts.get('shmem') ?? 0),
      chargedBytes: charged,
      mostChargedBytes: this.#peak,
      killed,
      swapBytes: readNumber(this.path('memory', 'memory.swap.current')),
      cpuSeconds: (readCounts(this.path('cpu', 'cpu.stat')).get('usage_usec') ?? 0) / 1e6,
      outOfMemory: killed,
    };
  }
}

/** False when it was there already. */
function makeFolder(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The kernel refuses while a process of the group is still going down, which takes some milliseconds. */
async function removeFolder(path: string): Promise<void> {
  for (let wait = 1; ; wait *= 2) {
    try {
      rmdirSync(path);
      return;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOENT') return;
      if (code !== 'EBUSY' || wait > 512) throw error;
    }
    for (const pid of readNumbers(join(path, 'cgroup.procs'))) sendSignal(pid, 'SIGKILL');
    await delay(wait);
  }
}

function readFolders(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function readNumber(path: string): number {
  return Number(readText(path)) || 0;
}

function readNumbers(path: string): number[] {
  return readText(path).split('\n').filter(Boolean).map(Number);
}

function readCounts(path: string): Map<string, number> {
  return new Map(
    readText(path)
      .split('\n')
      .map((line) => line.split(' '))
      .map(([name = '', value]) => [name, Number(value)]),
  );
}

/** What grows or shrinks between the two readings must not look like cache: of the readings around, the lower. */
function readCharged(charged: string, stat: string): { charged: number; counts: Map<string, number> } {
  const before = readNumber(charged);
  const counts = readCounts(stat);
  return { charged: Math.min(before, readNumber(charged)), counts };
}

function tryWrite(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'r+' });
  } catch {
    // This system does not have it.
  }
}
