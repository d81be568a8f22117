import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { MemoryUsage } from '../../process/index.ts';

/**
 * The control group around a container. A daemon's own group vanishes with its container, and with it what tells that
 * memory ran out; and under version 1 of control groups daemons do not tell it themselves.
 */
export interface MemoryGroup {
  /** As the daemon wants it: from the root of control groups on. */
  readonly parent: string;
  usage(): MemoryUsage & {
    readonly swapBytes: number;
    readonly cpuSeconds: number | null;
    /** A process was killed for it; or, where only that is told, the limit was met, which the page cache does as well. */
    readonly outOfMemory: boolean;
  };
  /** All in it, as this machine numbers them. */
  processes(): number[];
  remove(): void;
}

const root = '/sys/fs/cgroup';
/** The kernel counts a processor's share in advance, in batches of 64 pages. */
const marginBytes = 1_048_576;

export function memoryGroupVersion(): 1 | 2 | null {
  if (existsSync(join(root, 'memory/memory.limit_in_bytes'))) return 1;
  return existsSync(join(root, 'cgroup.controllers')) ? 2 : null;
}

/** @returns null where the system does not let us */
export function makeMemoryGroup(owner: string, attemptId: string, memoryMb: number): MemoryGroup | null {
  const version = memoryGroupVersion();
  const parent = `/fusion-${owner}/${attemptId}`;
  const bytes = String(Math.round(memoryMb * 1_048_576));
  try {
    if (version === 1) return versionOne(parent, bytes);
    return version === 2 ? versionTwo(owner, parent, bytes) : null;
  } catch {
    return null;
  }
}

function versionOne(parent: string, bytes: string): MemoryGroup {
  const folder = join(root, 'memory', parent);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'memory.limit_in_bytes'), bytes);
  tryWrite(join(folder, 'memory.memsw.limit_in_bytes'), bytes);
  const cpu = join(root, 'cpuacct', parent);
  mkdirSync(cpu, { recursive: true });
  let killed = false;
  return {
    parent,
    usage: () => {
      const mostChargedBytes = number(folder, 'memory.max_usage_in_bytes');
      const { charged, stat } = charges(folder, 'memory.usage_in_bytes');
      // The count of kills is that of the container's own group, which is gone by the end; `failcnt` stays 0 on new kernels.
      killed ||= folders(folder).some((own) => counts(own, 'memory.oom_control')('oom_kill') > 0);
      return {
        heldBytes: stat('total_rss') + stat('total_shmem'),
        chargedBytes: charged,
        mostChargedBytes,
        killed,
        swapBytes: stat('total_swap'),
        cpuSeconds: number(cpu, 'cpuacct.usage') / 1e9,
        outOfMemory: killed || mostChargedBytes >= Number(bytes) - marginBytes,
      };
    },
    processes: () => processesIn(folder),
    remove: () => {
      for (const controller of readdirSync(root)) removeGroups(join(root, controller, parent));
    },
  };
}

function versionTwo(owner: string, parent: string, bytes: string): MemoryGroup {
  const controllers = '+memory +cpu +pids';
  writeFileSync(join(root, 'cgroup.subtree_control'), controllers);
  mkdirSync(join(root, `fusion-${owner}`), { recursive: true });
  writeFileSync(join(root, `fusion-${owner}`, 'cgroup.subtree_control'), controllers);
  const folder = join(root, parent);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'memory.max'), bytes);
  tryWrite(join(folder, 'memory.swap.max'), '0');
  writeFileSync(join(folder, 'cgroup.subtree_control'), controllers);
  let peak = 0;
  return {
    parent,
    usage: () => {
      const { charged, stat } = charges(folder, 'memory.current');
      // memory.peak is there since Linux 5.19.
      peak = Math.max(peak, charged, number(folder, 'memory.peak'));
      const killed = counts(folder, 'memory.events')('oom_kill') > 0;
      return {
        heldBytes: stat('anon') + stat('shmem'),
        chargedBytes: charged,
        mostChargedBytes: peak,
        killed,
        swapBytes: number(folder, 'memory.swap.current'),
        cpuSeconds: counts(folder, 'cpu.stat')('usage_usec') / 1e6,
        outOfMemory: killed,
      };
    },
    processes: () => processesIn(folder),
    remove: () => removeGroups(folder),
  };
}

function processesIn(folder: string): number[] {
  const own = text(folder, 'cgroup.procs').split('\n').filter(Boolean).map(Number);
  return [...own, ...folders(folder).flatMap(processesIn)];
}

/** The daemon's own first, which is inside. */
function removeGroups(folder: string): void {
  if (!existsSync(folder)) return;
  for (const inner of folders(folder)) removeGroups(inner);
  try {
    rmdirSync(folder);
  } catch {
    // A process of it is still going down: the sweep at the next start finds it.
  }
}

function folders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(folder, entry.name));
  } catch {
    return [];
  }
}

function text(folder: string, file: string): string {
  try {
    return readFileSync(join(folder, file), 'latin1');
  } catch {
    return '';
  }
}

const number = (folder: string, file: string): number => Number(text(folder, file)) || 0;

/** Reads the file once; gives its numbers by name, 0 for one that it does not have. */
function counts(folder: string, file: string): (name: string) => number {
  const lines = text(folder, file).split('\n');
  return (name) =>
    Number(lines.find((each) => each.startsWith(`${name} `))?.slice(name.length + 1) ?? 0) || 0;
}

/** What grows or shrinks between the two readings must not look like cache: of the readings around, the lower. */
function charges(folder: string, file: string): { charged: number; stat: (name: string) => number } {
  const before = number(folder, file);
  const stat = counts(folder, 'memory.stat');
  return { charged: Math.min(before, number(folder, file)), stat };
}

function tryWrite(path: string, content: string): void {
  try {
    writeFileSync(path, content, { flag: 'r+' });
  } catch {
    // This system does not have it.
  }
}
