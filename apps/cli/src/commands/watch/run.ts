import type { ProcessExecution } from 'fusion-platform';

import type { Cli, CommonOptions } from '../../command/index.ts';
import { notFound } from '../../errors/index.ts';
import { findProcess, lastRun } from '../../find/index.ts';
import type { FoundProcess } from '../../find/index.ts';
import { lookOn, seenAsJson, verdict } from '../../watching/index.ts';

interface Options extends CommonOptions {
  readonly next?: boolean;
}

export async function run(cli: Cli, options: Options, which: string): Promise<number> {
  const { organisation } = await cli.open();
  const found = await findProcess(organisation, which);
  const executions = await executionsOf(cli, found, options);
  const seen = await lookOn(cli, found.process, executions);
  if (cli.out.json || cli.out.quiet)
    cli.out.result({
      json: seenAsJson(found.process, seen),
      ids: seen.map(({ execution }) => execution.id),
      text: () => '',
    });
  return verdict(cli, seen);
}

async function executionsOf(
  cli: Cli,
  { process, execution }: FoundProcess,
  { next }: Options,
): Promise<readonly ProcessExecution[]> {
  if (execution) return [execution];
  const newest = await lastRun(process);
  const running = newest.some(({ progress }) => progress < 100);
  if (newest.length > 0 && (running || !next)) return newest;
  if (next || process.process_status === 'execute') {
    cli.out.note(`Waiting for the next run, due at ${process.repeat_start}`);
    return await process.waitForNextExecution({ signal: cli.signal });
  }
  throw notFound(`"${process.name}" has never run`, `fusion-platform start`);
}
