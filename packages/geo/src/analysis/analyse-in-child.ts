import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { AnalyseOptions, Analysis } from '../findings/index.ts';
import { AnalysisError } from '../findings/index.ts';
import type { ChildTask } from './child-protocol.ts';
import { Ending } from './ending.ts';

export interface AnalyseInChildOptions extends AnalyseOptions {
  /** 300 by default. */
  readonly timeoutSeconds?: number;
  /** Of the child and what it starts, 1024 by default. */
  readonly memoryMb?: number;
  /** Of what is written while analysing, the alternative included; 8192 by default. */
  readonly diskMb?: number;
}

const fromSource = import.meta.url.endsWith('.ts');
const script = fileURLToPath(
  new URL(fromSource ? './analysis-child.ts' : './analysis-child.js', import.meta.url),
);

/**
 * `analyse` in a process of its own, so that no file can stop or exhaust this one: it is killed, and what it started
 * with it, at its limits of time, memory and disk and when aborted.
 * @throws {AnalysisError} as `analyse` does, and for a child that dies; the signal's reason when aborted.
 */
export async function analyseInChild(path: string, options: AnalyseInChildOptions): Promise<Analysis> {
  const { signal, timeoutSeconds = 300, memoryMb = 1024, diskMb = 8192, ...rest } = options;
  signal?.throwIfAborted();
  const scratch = await mkdtemp(join(tmpdir(), 'fusion-analysis-'));
  const child = fork(script, [], {
    execArgv: [`--max-old-space-size=${memoryMb}`, ...(fromSource ? ['--conditions=fusion-source'] : [])],
    env: {
      PATH: process.env['PATH'],
      TMPDIR: scratch,
      // GDAL would take a share of the machine's memory, and read files beside those of others.
      GDAL_CACHEMAX: '128',
      GDAL_DISABLE_READDIR_ON_OPEN: 'EMPTY_DIR',
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // A group of its own: GDAL's tools, which it starts, end with it.
    detached: true,
  });
  const written = rest.alternativePath === undefined ? [scratch] : [scratch, rest.alternativePath];
  const end = new Ending(child, { memoryMb, diskMb, written });
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
    throw death(end, options.fileName, { timeoutSeconds, memoryMb, diskMb });
  } catch (error) {
    for (const file of [rest.previewPath, rest.alternativePath])
      if (file !== undefined) await rm(file, { force: true });
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    await rm(scratch, { recursive: true, force: true });
  }
}

function death(
  { reason, stderr }: Ending,
  fileName: string,
  limits: { timeoutSeconds: number; memoryMb: number; diskMb: number },
): AnalysisError {
  const beyond = (code: 'timed_out' | 'too_large', limit: string): AnalysisError =>
    new AnalysisError(code, `${fileName} could not be analysed ${limit}. Simplify it or split it`);
  if (reason === 'time') return beyond('timed_out', `within ${limits.timeoutSeconds} seconds`);
  if (reason === 'disk') return beyond('too_large', `with ${limits.diskMb} MB of disk`);
  if (reason === 'memory' || /out of memory|Allocation failed/i.test(stderr))
    return beyond('too_large', `in ${limits.memoryMb} MB of memory`);
  return new AnalysisError(
    'crashed',
    `${fileName} could not be analysed: reading it ended unexpectedly. Check that it opens elsewhere, and export it again`,
  );
}
