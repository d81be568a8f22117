import { resolve } from 'node:path';

import { ProcessExecution } from 'fusion-platform';

import type { Cli, CommonOptions } from '../../command/index.ts';
import { writeDefinition } from '../../definition/index.ts';
import { notFound } from '../../errors/index.ts';
import { findProcess, lastRun } from '../../find/index.ts';
import { bytes, plural } from '../../output/index.ts';
import { ArchiveWriter, makeReceipt } from '../../receipt/index.ts';
import { describeDefinition } from '../define/describe-definition.ts';
import { processFolder } from '../download/layout.ts';
import { metricsCsv } from '../metrics/csv.ts';
import { componentReasons, executionReasons } from '../why/reasons.ts';

interface Options extends CommonOptions {
  readonly data: boolean;
  readonly to?: string;
}

export async function run(cli: Cli, options: Options, which: string): Promise<void> {
  const { organisation, target } = await cli.open();
  const { process, execution } = await findProcess(organisation, which);
  const executions = execution ? [execution] : await lastRun(process);
  if (executions.length === 0) throw notFound(`"${process.name}" has never run`, 'fusion-platform start');
  const path = resolve(options.to ?? `${processFolder(which)}.receipt.tar.gz`);
  const { definition } = await describeDefinition(cli, organisation, process, {});
  const archive = new ArchiveWriter(path);
  cli.settleFirst();
  try {
    const receipt = await makeReceipt({
      cli,
      organisation,
      process,
      executions,
      archive,
      platform: target.url,
      definition: writeDefinition(definition),
      withData: options.data,
      reasonsOf: async (model) =>
        model instanceof ProcessExecution ? executionReasons(model) : await componentReasons(model),
      metricsOf: (component) => metricsCsv([component]),
    });
    cli.signal.throwIfAborted();
    await archive.finish();
    const size = receipt.files.reduce((sum, file) => sum + file.size, 0);
    cli.out.note(
      `${plural(receipt.files.length, 'file')}, ${bytes(size)}${options.data ? '' : ', as checksums'}`,
    );
    cli.out.result({
      json: { path, executions: executions.map(({ id }) => id), files: receipt.files },
      ids: [path],
      text: () => path,
    });
  } catch (error) {
    await archive.abandon();
    throw error;
  }
}
