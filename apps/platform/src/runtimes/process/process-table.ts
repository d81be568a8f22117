import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Tells a process from a later one that was given the same pid, reboots included. */
export interface ProcessIdentity {
  pid: number;
  /** Opaque: when it started, and since which boot. */
  started: string;
}

export interface ProcessRow {
  pid: number;
  parent: number;
  group: number;
  session: number;
  zombie: boolean;
  started: string;
  /** Its own time and that of the children it has waited for. */
  cpuSeconds: number;
}

const onLinux = process.platform === 'linux';
// The unit of /proc/PID/stat: USER_HZ, 100 on every Linux that Node runs on.
const TICKS_A_SECOND = 100;
let bootId: string | undefined;

/** Null when there is no such process, or only its zombie. */
export function identify(pid: number): ProcessIdentity | null {
  const row = onLinux ? readStat(pid) : listWithPs(['-p', String(pid)])[0];
  return row === undefined || row.zombie ? null : { pid, started: startMark(row) };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.started === identity.started;
}

/** @param mark the end of its identity's `started`, as it is in this boot */
export function isStillRunning(pid: number, mark: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  return identify(pid)?.started.split('/').at(-1)?.replaceAll(/\W/g, '') === mark;
}

export function listProcesses(): ProcessRow[] {
  if (!onLinux) return listWithPs(['-ax']);
  const rows: ProcessRow[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const row = readStat(pid);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

/** The process, its descendants, and those of its session whose parents are gone. */
export function treeOf(root: number, table: readonly ProcessRow[]): ProcessRow[] {
  const members = new Map<number, ProcessRow>();
  for (const row of table)
    if (row.pid === root || row.session === root || row.group === root) members.set(row.pid, row);
  for (let before = -1; before !== members.size;) {
    before = members.size;
    for (const row of table) if (members.has(row.parent)) members.set(row.pid, row);
  }
  return [...members.values()].filter((row) => !row.zombie);
}

/** Memory that is a process's own; shared pages of files (a program's text) would count once for each process. */
export function ownMemory(pid: number): number {
  if (!onLinux) return residentWithPs(pid);
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    let kilobytes = 0;
    for (const match of status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB/gm)) kilobytes += Number(match[1]);
    return kilobytes * 1024;
  } catch {
    return 0;
  }
}

/**
 * Processes that were given this variable and began no earlier than `since` (a row's or an identity's `started`),
 * wherever they have got to. Empty where the system does not tell.
 */
export function findByEnvironment(
  name: string,
  value: string,
  table: readonly ProcessRow[],
  since: string,
): number[] {
  if (!onLinux) return [];
  const wanted = `${name}=${value}`;
  const earliest = Number(since.slice(since.lastIndexOf('/') + 1));
  return table
    .filter((row) => !row.zombie && Number(row.started) >= earliest)
    .map((row) => row.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(wanted);
      } catch {
        // It has ended meanwhile, or is another user's.
        return false;
      }
    });
}

/** False when it was gone already. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function readStat(pid: number): ProcessRow | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The name in brackets may hold anything, brackets and spaces included: count from its end.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const number = (index: number) => Number(fields[index]);
  return {
    pid,
    zombie: fields[0] === 'Z' || fields[0] === 'X',
    parent: number(1),
    group: number(2),
    session: number(3),
    cpuSeconds: (number(11) + number(12) + number(13) + number(14)) / TICKS_A_SECOND,
    started: fields[19] ?? '',
  };
}

function startMark(row: ProcessRow): string {
  if (!onLinux) return row.started;
  bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  return `${bootId}/${row.started}`;
}

function listWithPs(selection: string[]): ProcessRow[] {
  return runPs([...selection, '-o', 'pid=,ppid=,pgid=,stat=,lstart='])
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map((match) => ({
      pid: Number(match[1]),
      parent: Number(match[2]),
      group: Number(match[3]),
      session: Number(match[3]),
      zombie: match[4]?.startsWith('Z') === true,
      started: match[5]?.trim() ?? '',
      cpuSeconds: 0,
    }));
}

function residentWithPs(pid: number): number {
  return Number(runPs(['-p', String(pid), '-o', 'rss='])[0] ?? 0) * 1024;
}

function runPs(args: string[]): string[] {
  try {
    return execFileSync('ps', args, { encoding: 'utf8', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } })
      .split('\n')
      .filter((line) => line.trim() !== '');
  } catch {
    // ps ends with 1 when nothing matches.
    return [];
  }
}
