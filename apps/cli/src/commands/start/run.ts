import type { Organisation, Process, ProcessExecution } from 'fusion-platform';

import type { Cli, CommonOptions } from '../../command/index.ts';
import { CliError, exitCodes, usageError } from '../../errors/index.ts';
import { credits, oneLine } from '../../output/index.ts';
import { canAsk } from '../../session/index.ts';
import type { DownloadChoices } from '../download-options.ts';
import { createProcess, executeCreated, tellNotStarted } from './create.ts';
import type { Created } from './create.ts';
import { definitionOf } from './definition-of.ts';
import type { StartFlags } from './definition-of.ts';
import { isComplete } from './is-complete.ts';

interface Options extends CommonOptions, StartFlags, DownloadChoices {
  readonly maxPrice?: number;
  readonly execute: boolean;
  readonly waitForStart?: boolean;
  readonly watch?: boolean;
  readonly download?: boolean;
}

export async function run(cli: Cli, options: Options, which: readonly string[]): Promise<number> {
  if (which.length === 0 && !canAsk())
    throw usageError('Say what to start', 'fusion-platform start SERVICE --input-list FILE …');
  if (options.maxPrice !== undefined && !(options.maxPrice >= 0))
    throw usageError('--max-price takes a number of credits');
  const { organisation } = await cli.open();
  const started: Started[] = [];
  let exitCode: number = exitCodes.success;
  for (const one of which.length === 0 ? [undefined] : which) {
    const created = await createOne(cli, organisation, options, one);
    const { process } = created;
    const executions = options.execute ? await execute(cli, options, created) : [];
    started.push({ process, executions });
    if (!options.execute) continue;
    const code = await follow(cli, organisation, options, { process, executions });
    if (code !== exitCodes.success) exitCode = code;
  }
  present(cli, started);
  const looksOn = options.watch || options.download || !options.execute;
  if (started.length === 1 && !looksOn) cli.out.note(`  → fusion-platform watch ${started[0]!.process.id}`);
  return exitCode;
}

interface Started {
  readonly process: Process;
  readonly executions: readonly ProcessExecution[];
}

async function createOne(
  cli: Cli,
  organisation: Organisation,
  options: Options,
  which: string | undefined,
): Promise<Created> {
  if (which !== undefined) {
    const definition = await definitionOf(which, options);
    if (!canAsk() || (await isComplete(organisation, definition)))
      return await createProcess(cli, organisation, definition);
    const { fillIn } = await import('./wizard/index.ts');
    return await fillIn(cli, organisation, definition);
  }
  const { fillIn } = await import('./wizard/index.ts');
  return await fillIn(cli, organisation, undefined);
}

async function execute(cli: Cli, options: Options, created: Created): Promise<readonly ProcessExecution[]> {
  const { maxPrice } = options;
  const { process } = created;
  if (maxPrice !== undefined && process.price > maxPrice) {
    tellNotStarted(cli, created);
    throw new CliError(
      `"${process.name}" would cost ${credits(process.price)} credits, more than ${credits(maxPrice)}: it is created, not started`,
      { exitCode: exitCodes.refused, next: `fusion-platform display ${process.id}` },
    );
  }
  cli.out.note(`Starting "${oneLine(process.name)}" for ${credits(process.price)} credits`);
  const known = new Set(process.executionStatuses.map((one) => one.process_execution_id));
  await executeCreated(cli, created);
  cli.onInterrupt([
    `it goes on by itself: fusion-platform watch ${process.id}`,
    `to end it: fusion-platform stop ${process.id}`,
  ]);
  const waits = options.waitForStart || options.watch || options.download;
  const isNew = ({ id }: ProcessExecution): boolean => !known.has(id);
  if (!waits) return await listNew(process, isNew);
  return (await process.waitForNextExecution({ signal: cli.signal })).filter(isNew);
}

/** A run that is due now is there at once on most platforms. */
async function listNew(
  process: Process,
  isNew: (execution: ProcessExecution) => boolean,
): Promise<readonly ProcessExecution[]> {
  const newest = await process.executions().first();
  if (!newest || !isNew(newest)) return [];
  if (!newest.group_id) return [newest];
  return await (await process.findExecutions({ groupId: newest.group_id })).all.toArray();
}

async function follow(
  cli: Cli,
  organisation: Organisation,
  options: Options,
  { process, executions }: Started,
): Promise<number> {
  if (options.download) {
    const { downloadProcess } = await import('../download/download-process.ts');
    return await downloadProcess(cli, organisation, options, {
      typed: process.name,
      process,
      executions,
    });
  }
  if (!options.watch) return exitCodes.success;
  const { watchExecutions } = await import('../../watching/index.ts');
  return await watchExecutions(cli, process, executions);
}

function present(cli: Cli, started: readonly Started[]): void {
  cli.out.result({
    json: started.map(({ process, executions }) => ({
      id: process.id,
      name: process.name,
      process_status: process.process_status,
      price: process.price,
      executions: executions.map(({ id }) => id),
    })),
    ids: started.map(({ process }) => process.id),
    text: ({ colours }) =>
      started
        .map(({ process, executions }) => {
          const runs = executions.map(({ id }) => `\n  execution ${id}`).slice(0, 10);
          return `${colours.bold(oneLine(process.name))}  ${colours.dim(process.id)}${runs.join('')}`;
        })
        .join('\n'),
  });
}
