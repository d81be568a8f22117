import { execFileSync } from 'node:child_process';

/** Whether bubblewrap is there and is given its namespaces. */
export function bubblewrapWorks(): boolean {
  try {
    execFileSync('bwrap', ['--unshare-all', '--ro-bind', '/', '/', '/bin/true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
