import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of /proc a second: USER_HZ, which Linux has fixed for programs. */
const ticksPerSecond = 100;

/**
 * The processor time that all threads of a process have taken, in milliseconds: what can be compared where other work
 * shares the machine, since waiting for a processor is none of it.
 * @returns NaN where there is no /proc
 */
export function processorMilliseconds(pid: number): number {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return Number.NaN;
  }
  // The name of the program, in parentheses, may hold anything. After it utime and stime are fields 12 and 13.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}

/** The process that runs the components of a platform whose files are below this folder; 0 where none is found. */
export function supervisorOf(folder: string): number {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return (
    pids.find((pid) => {
      try {
        const [, ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return (
          args.some((arg) => arg.includes('supervisor-main')) && args.some((arg) => arg.startsWith(folder))
        );
      } catch {
        return false;
      }
    }) ?? 0
  );
}
