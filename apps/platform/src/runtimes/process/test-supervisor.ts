import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { CgroupParent } from './cgroups.ts';
import { identify } from './process-table.ts';

/** For tests: the supervisors of a state folder, by their command lines; none where there is no /proc, which leaves them to end by themselves. */
export function supervisorsOf(stateFolder: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .map(Number)
    .filter(
      (pid) => Number.isInteger(pid) && commandLine(pid).includes(stateFolder) && identify(pid) !== null,
    )
    .filter((pid) => commandLine(pid).some((part) => part.includes('supervisor-main')));
}

/** For tests: kills them, waits until they are gone, and removes their control groups. */
export async function killSupervisor(stateFolder: string): Promise<void> {
  for (const pid of supervisorsOf(stateFolder))
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself meanwhile, since nobody needs it.
    }
  while (supervisorsOf(stateFolder).length > 0) await delay(2);
  const parent = await CgroupParent.find(stateFolder);
  await parent?.remove();
}

function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
