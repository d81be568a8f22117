import { setTimeout as delay } from 'node:timers/promises';
import type { Cgroup } from './cgroups.ts';
import { ATTEMPT_MARK } from './launch.ts';
import type { StateDocument } from './files.ts';
import { findByEnvironment, listProcesses, sendSignal, treeOf } from './process-table.ts';
import type { ProcessIdentity } from './process-table.ts';

/** SIGTERM to every process of the attempt; not to bubblewrap itself, whose end would be the end of all at once. */
export function terminateTree(root: number, sandboxed: boolean, cgroup: Cgroup | null): void {
  const members = new Set([
    ...treeOf(root, listProcesses()).map(({ pid }) => pid),
    ...(cgroup?.processes() ?? []),
  ]);
  if (sandboxed) {
    members.delete(root);
    // Besides itself bubblewrap has a first process inside and the command: with fewer, that one is yet to begin.
    if (members.size < 2) sendSignal(root, 'SIGKILL');
  }
  for (const pid of members) sendSignal(pid, 'SIGTERM');
}

/**
 * SIGKILL until none is left. In a sandbox the end of its root is the end of all, by its process namespace; elsewhere
 * a process may have left its group and its parent, and is found by its control group or its environment.
 */
export async function killTree(
  root: ProcessIdentity,
  attemptId: string,
  sandboxed: boolean,
  cgroup: Cgroup | null,
): Promise<void> {
  if (sandboxed) {
    sendSignal(root.pid, 'SIGKILL');
    return;
  }
  for (let wait = 1; wait < 1_000; wait *= 2) {
    const table = listProcesses();
    const marked = () => findByEnvironment(ATTEMPT_MARK, attemptId, table, root.started);
    const tree = treeOf(root.pid, table).map(({ pid }) => pid);
    const members = new Set([...tree, ...(cgroup === null ? marked() : cgroup.processes())]);
    if (members.size === 0) return;
    for (const pid of members) sendSignal(pid, 'SIGKILL');
    await delay(wait);
  }
}

/** Waits until no process of an attempt is left, which is mostly so at once. */
export async function emptyOut(cgroup: Cgroup): Promise<void> {
  for (let wait = 1; wait < 1_000; wait *= 2) {
    const left = cgroup.processes();
    if (left.length === 0) return;
    for (const pid of left) sendSignal(pid, 'SIGKILL');
    await delay(wait);
  }
}

/** Ends what is left of an attempt whose supervisor is gone. Control groups are cleared elsewhere. */
export async function sweep({ supervisor, attemptId }: StateDocument): Promise<void> {
  for (let wait = 1; wait < 1_000; wait *= 2) {
    const left = findByEnvironment(ATTEMPT_MARK, attemptId, listProcesses(), supervisor.started);
    if (left.length === 0) return;
    for (const pid of left) sendSignal(pid, 'SIGKILL');
    await delay(wait);
  }
}
