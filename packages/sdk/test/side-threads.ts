import { readdirSync, readFileSync } from 'node:fs';

import { expect } from 'vitest';

/** How many threads of this process have a name, where the system tells; -1 elsewhere. */
function threadsNamed(name: string): number {
  try {
    return readdirSync('/proc/self/task').filter((id) => nameOf(id) === name).length;
  } catch {
    return -1;
  }
}

function nameOf(thread: string): string {
  try {
    return readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim();
  } catch {
    // It has ended meanwhile.
    return '';
  }
}

/** The system takes a moment to name a thread, and to forget one. */
export async function expectThreads(name: string, count: number): Promise<void> {
  const threads = (): number => (threadsNamed(name) === -1 ? count : threadsNamed(name));
  await expect.poll(threads).toBe(count);
}
