import { readdirSync, readFileSync } from 'node:fs';

/** The processes of components that a platform runs which has its data in this folder; other tests may run theirs. */
export function attemptsIn(folder: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        return environment.includes('FUSION_ATTEMPT_ID') && environment.includes(folder);
      } catch {
        return false;
      }
    });
}
