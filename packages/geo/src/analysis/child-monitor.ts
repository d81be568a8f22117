import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { ChildAnswer } from './child-protocol.ts';

const WATCH_MS = 200;
const PAGE = 4096;

interface Limits {
  readonly memoryMb: number;
  readonly diskMb: number;
  /** Files and folders that count as written; a folder's own folders count too. */
  readonly written: readonly string[];
  /** Told of findings as they come. */
  readonly onAnswer?: ((answer: ChildAnswer) => void) | undefined;
}

/** Waits for the end of a child that leads a process group, holds it to its limits and remembers why the end came. */
export class ChildMonitor {
  reason: 'time' | 'memory' | 'disk' | 'abort' | 'crash' = 'crash';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #limits: Limits;
  readonly #watch: NodeJS.Timeout;
  #answer: ChildAnswer | undefined;

  constructor(child: ChildProcess, limits: Limits) {
    this.#child = child;
    this.#limits = limits;
    child.on('message', (message: ChildAnswer) => {
      if (message.kind === 'found') limits.onAnswer?.(message);
      else this.#answer = message;
    });
    child.stderr
      ?.setEncoding('utf8')
      .on('data', (text: string) => (this.stderr = (this.stderr + text).slice(-16_384)));
    // V8 bounds its own heap; what images are decoded into lies outside of it.
    this.#watch = setInterval(() => void this.#check(), WATCH_MS).unref();
  }

  async answer(): Promise<ChildAnswer | undefined> {
    try {
      await once(this.#child, 'close');
    } finally {
      clearInterval(this.#watch);
    }
    return this.#answer;
  }

  kill(reason: ChildMonitor['reason']): void {
    this.reason = reason;
    const { pid } = this.#child;
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // A system without process groups.
      this.#child.kill('SIGKILL');
    }
  }

  async #check(): Promise<void> {
    const { memoryMb, diskMb, written } = this.#limits;
    const { pid } = this.#child;
    if (pid !== undefined && (await memoryOf(pid)) > memoryMb * 1024 * 1024) this.kill('memory');
    const sizes = await Promise.all(written.map(sizeOf));
    if (sizes.reduce((sum, size) => sum + size, 0) > diskMb * 1024 * 1024) this.kill('disk');
  }
}

/** Bytes that a process and those that it started have in memory; 0 once it has ended, and on a system without /proc. */
async function memoryOf(pid: number): Promise<number> {
  try {
    const [statm, tasks] = await Promise.all([
      readFile(`/proc/${pid}/statm`, 'utf8'),
      readdir(`/proc/${pid}/task`),
    ]);
    const children = await Promise.all(
      tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')),
    );
    const theirs = await Promise.all(
      children
        .join(' ')
        .split(' ')
        .filter(Boolean)
        .map((child) => memoryOf(Number(child))),
    );
    return theirs.reduce((sum, bytes) => sum + bytes, Number(statm.split(' ')[1]) * PAGE);
  } catch {
    return 0;
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    const found = await stat(path);
    if (!found.isDirectory()) return found.size;
    const names = await readdir(path, { recursive: true });
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(path, name))).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    // Not there yet, or just gone.
    return 0;
  }
}
