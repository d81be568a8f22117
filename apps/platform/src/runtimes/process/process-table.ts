import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

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
  ownSeconds: number;
  /** Its own time and that of the children it has waited for. */
  cpuSeconds: number;
  /** Where its stack begins: forks have it from their parent, and another program gets one by chance. Empty where that is not told. */
  stack: string;
}

/** Memory of one process, in bytes. */
export interface HeldMemory {
  /** Its own; what it shares with forks of it included. */
  own: number;
  /** Shared memory that it has mapped. */
  shared: number;
  /** Files that it has mapped, its programs among them: cache, which the system drops as it needs to. */
  files: number;
  /** The most that all three together ever were. */
  most: number;
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
export function treeOf(
  root: number,
  table: readonly ProcessRow[],
  { zombies = false }: { zombies?: boolean } = {},
): ProcessRow[] {
  const members = new Map<number, ProcessRow>();
  for (const row of table)
    if (row.pid === root || row.session === root || row.group === root) members.set(row.pid, row);
  for (let before = -1; before !== members.size;) {
    before = members.size;
    for (const row of table) if (members.has(row.parent)) members.set(row.pid, row);
  }
  return [...members.values()].filter((row) => zombies || !row.zombie);
}

/** Null when it is gone, or has let go of all while it ends. Shared pages of files (a program's text) would count once for each process. */
export function heldMemory(pid: number): HeldMemory | null {
  if (!onLinux) {
    const own = residentWithPs(pid);
    return { own, shared: 0, files: 0, most: own };
  }
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    if (!status.includes('VmRSS:')) return null;
    const bytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
    return {
      own: bytes('RssAnon'),
      shared: bytes('RssShmem'),
      files: bytes('RssFile'),
      most: bytes('VmHWM'),
    };
  } catch {
    return null;
  }
}

/**
 * Its own and shared memory, of each page the part that falls to it when all who share it take the same. The system counts
 * the pages for it, which takes about a millisecond for 20 MB, so it is not waited for. Null where that is not told.
 */
export async function sharedMemory(pid: number): Promise<number | null> {
  try {
    const text = await readFile(`/proc/${pid}/smaps_rollup`, 'latin1');
    const [anonymous, shared] = ['Pss_Anon', 'Pss_Shmem'].map(
      (name) => new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1],
    );
    return anonymous === undefined ? null : (Number(anonymous) + Number(shared ?? 0)) * 1024;
  } catch {
    return null;
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

/** What follows the name, which is in brackets and may hold anything, brackets and spaces included. */
function statFields(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** Undefined when there is no such process, and where there is no /proc. */
export function readStat(pid: number): ProcessRow | undefined {
  const fields = statFields(pid);
  if (fields === undefined) return undefined;
  const number = (index: number) => Number(fields[index]);
  return {
    pid,
    zombie: fields[0] === 'Z' || fields[0] === 'X',
    parent: number(1),
    group: number(2),
    session: number(3),
    ownSeconds: (number(11) + number(12)) / TICKS_A_SECOND,
    cpuSeconds: (number(11) + number(12) + number(13) + number(14)) / TICKS_A_SECOND,
    started: fields[19] ?? '',
    stack: fields[25] === '0' ? '' : (fields[25] ?? ''),
  };
}

function startMark(row: ProcessRow): string {
  if (!onLinux) return row.started;
  bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  return `${bootId}/${row.started}`;
}

function listWithPs(selection: string[]): ProcessRow[] {
  return runPs([...selection, '-o', 'pid=,ppid=,pgid=,stat=,time=,lstart='])
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map((match) => ({
      pid: Number(match[1]),
      parent: Number(match[2]),
      group: Number(match[3]),
      session: Number(match[3]),
      zombie: match[4]?.startsWith('Z') === true,
      started: match[6]?.trim() ?? '',
      ownSeconds: secondsOf(match[5] ?? ''),
      cpuSeconds: secondsOf(match[5] ?? ''),
      stack: '',
    }));
}

/** As `ps` writes processor time: days, hours and minutes where there are any, and hundredths on some systems. */
function secondsOf(time: string): number {
  const [clock = '', days = '0'] = time.split('-').toReversed();
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400 || 0;
}

/** The processor time of this process's children that have ended, and of all that they waited for. Null where that is not told. */
export function reapedCpuSeconds(): number | null {
  if (!onLinux) return null;
  const fields = statFields(process.pid);
  return fields === undefined ? null : (Number(fields[13]) + Number(fields[14])) / TICKS_A_SECOND;
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
