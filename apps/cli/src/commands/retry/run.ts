import type { Cli, CommonOptions } from '../../command/index.ts';
import { CliError, exitCodes } from '../../errors/index.ts';
import { findProcess, lastRun } from '../../find/index.ts';
import { oneLine, plural } from '../../output/index.ts';
import { executionState, watchExecutions } from '../../watching/index.ts';

interface Options extends CommonOptions {
  readonly watch?: boolean;
}

export async function run(cli: Cli, options: Options, which: string): Promise<number> {
  const { organisation } = await cli.open();
  const { process, execution } = await findProcess(organisation, which);
  const all = execution ? [execution] : await lastRun(process);
  const failed = all.filter((one) => ['failed', 'stopped'].includes(executionState(one)));
  // What puts slices together follows by itself once they have succeeded.
  const slices = failed.filter(({ role }) => role !== 'aggregator');
  const again = slices.length > 0 ? slices : failed;
  if (again.length === 0)
    throw new CliError(`Nothing of "${process.name}" has failed`, {
      exitCode: exitCodes.refused,
      next: `fusion-platform display ${process.id}`,
    });
  for (const one of again) await one.retry({ signal: cli.signal });
  cli.out.result({
    json: { process: { id: process.id, name: process.name }, executions: again.map(({ id }) => id) },
    ids: again.map(({ id }) => id),
    text: () => `Executing ${plural(again.length, 'execution')} of ${oneLine(process.name)} again`,
  });
  if (options.watch) return await watchExecutions(cli, process, all);
  cli.out.note(`  → fusion-platform watch ${process.id}`);
  return exitCodes.success;
}
