import type { Cli, CommonOptions } from '../../command/index.ts';
import { exitCodes, usageError } from '../../errors/index.ts';
import { findProcess } from '../../find/index.ts';
import { lastRun } from '../../find/index.ts';
import { downloadProcess } from './download-process.ts';
import type { Gathered } from './download-process.ts';
import type { DownloadChoices } from '../download-options.ts';

interface Options extends CommonOptions, DownloadChoices {}

export async function run(cli: Cli, options: Options, which: readonly string[]): Promise<number> {
  if (options.parallel !== undefined && !(options.parallel >= 1 && options.parallel <= 64))
    throw usageError('--parallel takes a number from 1 to 64');
  const { organisation } = await cli.open();
  let exitCode: number = exitCodes.success;
  const gathered: Gathered = { reports: [], metrics: [] };
  for (const typed of which) {
    const { process, execution } = await findProcess(organisation, typed, {
      whole: options.remove === true,
    });
    const executions = execution ? [execution] : await lastRun(process);
    const code = await downloadProcess(cli, organisation, options, { typed, process, executions, gathered });
    if (code !== exitCodes.success) exitCode = code;
  }
  const { reports } = gathered;
  cli.out.result({
    json: reports,
    ids: reports.flatMap(({ files }) => files.map(({ path }) => path)),
    text: () => reports.map(({ folder }) => folder).join('\n'),
  });
  return exitCode;
}
