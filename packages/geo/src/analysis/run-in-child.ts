import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { AnalysisError } from '../findings/index.ts';
import type { ChildAnswer, ChildTask } from './child-protocol.ts';
import { ChildMonitor } from './child-monitor.ts';

export interface ChildLimits {
  /** 300 by default. */
  readonly timeoutSeconds?: number | undefined;
  /** Of the child and what it starts, 1024 by default. */
  readonly memoryMb?: number | undefined;
  /** Of what is written while it works; 8192 by default. */
  readonly diskMb?: number | undefined;
  /** Where it may write meanwhile; the system's folder for such by default. */
  readonly scratchFolder?: string | undefined;
  /** Where compiled code is kept from child to child: starting one then takes half the time. Nobody else may write there. */
  readonly compiledFolder?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface RunOptions extends ChildLimits {
  readonly fileName: string;
  /** Files that count as written beside those in the scratch folder. */
  readonly written?: readonly string[];
  /** Lets others go first. */
  readonly background?: boolean;
  /** Told of findings as they come. */
  readonly onAnswer?: (answer: ChildAnswer) => void;
}

const fromSource = import.meta.url.endsWith('.ts');
const script = fileURLToPath(
  new URL(fromSource ? './analysis-child.ts' : './analysis-child.js', import.meta.url),
);
const NICE = 10;

/**
 * Has a task done in a process of its own, so that no file can stop or exhaust this one: it is killed, and what it
 * started with it, at its limits of time, memory and disk and when aborted.
 * @returns its last answer
 * @throws {AnalysisError} for a file that is refused, and for a child that dies; the signal's reason when aborted
 */
export async function runInChild(task: ChildTask, options: RunOptions): Promise<ChildAnswer> {
  const { fileName, signal, timeoutSeconds = 300, memoryMb = 1024, diskMb = 8192 } = options;
  signal?.throwIfAborted();
  const scratch = await mkdtemp(join(options.scratchFolder ?? tmpdir(), 'fusion-analysis-'));
  const child = fork(script, [], {
    execArgv: [`--max-old-space-size=${memoryMb}`, ...(fromSource ? ['--conditions=fusion-source'] : [])],
    env: {
      PATH: process.env['PATH'],
      TMPDIR: scratch,
      ...(options.compiledFolder === undefined ? {} : { NODE_COMPILE_CACHE: options.compiledFolder }),
      // GDAL would take a share of the machine's memory, and read files beside those of others.
      GDAL_CACHEMAX: '128',
      GDAL_DISABLE_READDIR_ON_OPEN: 'EMPTY_DIR',
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // A group of its own: GDAL's tools, which it starts, end with it.
    detached: true,
  });
  const written = [scratch, ...(options.written ?? [])];
  const end = new ChildMonitor(child, { memoryMb, diskMb, written, onAnswer: options.onAnswer });
  if (options.background === true && child.pid !== undefined) yieldTo(child.pid);
  const timer = setTimeout(() => end.kill('time'), timeoutSeconds * 1000);
  const abort = (): void => end.kill('abort');
  signal?.addEventListener('abort', abort, { once: true });
  try {
    child.send(task, (error) => error !== null && end.kill('crash'));
    const answer = await end.answer();
    signal?.throwIfAborted();
    if (answer === undefined) throw death(end, fileName, { timeoutSeconds, memoryMb, diskMb });
    if (answer.kind === 'refused') throw new AnalysisError(answer.code, answer.message);
    if (answer.kind === 'failed')
      throw Object.assign(new Error(`analysis failed: ${answer.message}`), { code: answer.code });
    return answer;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    await rm(scratch, { recursive: true, force: true });
  }
}

function yieldTo(pid: number): void {
  try {
    setPriority(pid, NICE);
  } catch {
    // It has ended already, or the system does not allow it.
  }
}

function death(
  { reason, stderr }: ChildMonitor,
  fileName: string,
  limits: { timeoutSeconds: number; memoryMb: number; diskMb: number },
): AnalysisError {
  const beyond = (code: 'timed_out' | 'too_large', limit: string): AnalysisError =>
    new AnalysisError(code, `${fileName} could not be analysed ${limit}. Simplify it or split it`);
  if (reason === 'time') return beyond('timed_out', `within ${limits.timeoutSeconds} seconds`);
  if (reason === 'disk') return beyond('too_large', `with ${limits.diskMb} MiB of disk`);
  if (reason === 'memory' || /out of memory|Allocation failed/i.test(stderr))
    return beyond('too_large', `in ${limits.memoryMb} MiB of memory`);
  return new AnalysisError(
    'crashed',
    `${fileName} could not be analysed: reading it ended unexpectedly. Check that it opens elsewhere, and export it again`,
  );
}
