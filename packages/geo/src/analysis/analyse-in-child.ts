import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { AnalyseOptions, Analysis } from '../findings/index.ts';
import { AnalysisError } from '../findings/index.ts';
import type { ChildAnswer, ChildTask } from './child-protocol.ts';

export interface AnalyseInChildOptions extends AnalyseOptions {
  /** 300 by default. */
  readonly timeoutSeconds?: number;
  /** Of the whole child, 1024 by default. */
  readonly memoryMb?: number;
}

const fromSource = import.meta.url.endsWith('.ts');
const script = fileURLToPath(
  new URL(fromSource ? './analysis-child.ts' : './analysis-child.js', import.meta.url),
);
const WATCH_MS = 200;
const PAGE = 4096;

/**
 * `analyse` in a process of its own, so that no file can stop or exhaust this one: it is killed at its time limit,
 * at its memory limit and when aborted.
 * @throws {AnalysisError} as `analyse` does, and for a child that dies; the signal's reason when aborted.
 */
export async function analyseInChild(path: string, options: AnalyseInChildOptions): Promise<Analysis> {
  const { signal, timeoutSeconds = 300, memoryMb = 1024, ...rest } = options;
  signal?.throwIfAborted();
  const child = fork(script, [], {
    execArgv: [`--max-old-space-size=${memoryMb}`, ...(fromSource ? ['--conditions=fusion-source'] : [])],
    env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'] },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const end = new Ending(child, memoryMb);
  const timer = setTimeout(() => end.kill('time'), timeoutSeconds * 1000);
  const abort = (): void => end.kill('abort');
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const task: ChildTask = { path: resolve(path), options: rest };
    child.send(task, (error) => error !== null && end.kill('crash'));
    const answer = await end.answer();
    signal?.throwIfAborted();
    if (answer?.kind === 'done') return answer.analysis;
    if (answer?.kind === 'refused') throw new AnalysisError(answer.code, answer.message);
    if (answer?.kind === 'failed') throw new Error(`analysis failed: ${answer.message}`);
    if (rest.previewPath !== undefined) await rm(rest.previewPath, { force: true });
    throw death(end, options.fileName, timeoutSeconds, memoryMb);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

/** Waits for the child's end and remembers why it came. */
class Ending {
  reason: 'time' | 'memory' | 'abort' | 'crash' = 'crash';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #watch: NodeJS.Timeout;
  #answer: ChildAnswer | undefined;

  constructor(child: ChildProcess, memoryMb: number) {
    this.#child = child;
    child.on('message', (message) => (this.#answer = message as ChildAnswer));
    child.stderr
      ?.setEncoding('utf8')
      .on('data', (text: string) => (this.stderr = (this.stderr + text).slice(-16_384)));
    // V8 bounds its own heap; what images are decoded into lies outside of it.
    this.#watch = setInterval(() => void this.#check(memoryMb), WATCH_MS).unref();
  }

  async answer(): Promise<ChildAnswer | undefined> {
    try {
      await once(this.#child, 'close');
    } finally {
      clearInterval(this.#watch);
    }
    return this.#answer;
  }

  kill(reason: Ending['reason']): void {
    this.reason = reason;
    this.#child.kill('SIGKILL');
  }

  async #check(memoryMb: number): Promise<void> {
    try {
      const pages = (await readFile(`/proc/${this.#child.pid}/statm`, 'utf8')).split(' ')[1];
      if (Number(pages) * PAGE > memoryMb * 1024 * 1024) this.kill('memory');
    } catch {
      // Ended already, or a system without /proc: V8's own bound remains.
    }
  }
}

function death(end: Ending, fileName: string, timeoutSeconds: number, memoryMb: number): AnalysisError {
  if (end.reason === 'time')
    return new AnalysisError(
      'timed_out',
      `${fileName} could not be analysed within ${timeoutSeconds} seconds. Simplify it or split it`,
    );
  if (end.reason === 'memory' || /out of memory|Allocation failed/i.test(end.stderr))
    return new AnalysisError(
      'too_large',
      `${fileName} could not be analysed in ${memoryMb} MB of memory. Simplify it or split it`,
    );
  return new AnalysisError(
    'crashed',
    `${fileName} could not be analysed: reading it ended unexpectedly. Check that it opens elsewhere, and export it again`,
  );
}
