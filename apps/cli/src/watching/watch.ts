import type { Process, ProcessExecution } from 'fusion-platform';

import type { Cli } from '../command/index.ts';
import { exitCodes } from '../errors/index.ts';
import type { ExitCode } from '../errors/index.ts';
import { LiveBlock, plural } from '../output/index.ts';
import { viewLines } from './lines.ts';
import { observe } from './observe.ts';
import type { Seen } from './observe.ts';
import { createTeller } from './plain.ts';
import { executionState } from './state.ts';

const redrawMs = 250;

/**
 * Looks on until the executions of a run have ended: as a view that is drawn in place on a terminal, as lines elsewhere.
 * Where it goes is standard error, so that what a command prints stays data.
 */
export async function lookOn(
  cli: Cli,
  process: Process,
  executions: readonly ProcessExecution[],
): Promise<readonly Seen[]> {
  const { out, signal } = cli;
  cli.onInterrupt([
    `it goes on by itself: fusion-platform watch ${process.id}`,
    `to end it: fusion-platform stop ${process.id}`,
  ]);
  if (!out.lively) {
    const teller = createTeller();
    return await observe(process, executions, {
      signal,
      changed: (seen) => teller(seen).forEach((line) => out.note(line)),
    });
  }
  let last: readonly Seen[] = [];
  const block = new LiveBlock(out.stderr);
  const draw = (): void => block.draw(viewLines(out.stderr, process, last));
  const timer = setInterval(draw, redrawMs);
  try {
    last = await observe(process, executions, { signal, changed: (seen) => (last = seen) });
    draw();
    return last;
  } finally {
    clearInterval(timer);
    block.end();
  }
}

/** Looks on, says how it ended, and gives the exit code. */
export async function watchExecutions(
  cli: Cli,
  process: Process,
  executions: readonly ProcessExecution[],
): Promise<ExitCode> {
  return verdict(cli, await lookOn(cli, process, executions));
}

/** The exit code of a run that has ended; says where to look when it went wrong. */
export function verdict(cli: Cli, seen: readonly Pick<Seen, 'execution'>[]): ExitCode {
  const bad = seen.filter(({ execution }) => ['failed', 'stopped'].includes(executionState(execution)));
  if (bad.length === 0) return exitCodes.success;
  const stopped = bad.every(({ execution }) => executionState(execution) === 'stopped');
  const { id } = bad[0]!.execution;
  cli.out.failure(
    seen.length === 1
      ? `The execution ${stopped ? 'was stopped' : 'failed'}`
      : `${bad.length} of ${plural(seen.length, 'execution')} ${stopped ? 'were stopped' : 'failed'}`,
    `fusion-platform why ${id}`,
  );
  return exitCodes.failed;
}
