import type { Organisation } from 'fusion-platform';

import type { Cli, CommonOptions } from '../../command/index.ts';
import { CliError, exitCodes } from '../../errors/index.ts';
import { findProcess, findService } from '../../find/index.ts';
import type { Result } from '../../output/index.ts';
import { describeProcess } from './describe-process.ts';
import { describeService } from './describe-service.ts';

export async function run(cli: Cli, _: CommonOptions, which: readonly string[]): Promise<number> {
  const { organisation } = await cli.open();
  const results: Result[] = [];
  let exitCode: number = exitCodes.success;
  for (const one of which) {
    const result = await describe(organisation, one);
    if (result) results.push(result);
    else {
      exitCode = exitCodes.notFound;
      cli.out.failure(`There is no process, execution or service "${one}"`, 'fusion-platform list');
    }
  }
  cli.out.result({
    json: results.map(({ json }) => json),
    ids: results.flatMap(({ ids }) => ids),
    text: (sink) => results.map(({ text }) => text(sink)).join('\n\n'),
  });
  return exitCode;
}

/** A process goes before a service of the same name, but not where several have the text in their names. */
async function describe(organisation: Organisation, which: string): Promise<Result | undefined> {
  let several: CliError | undefined;
  const found = await unlessMissing(findProcess(organisation, which)).catch((error: unknown) => {
    if (!(error instanceof CliError && error.exitCode === exitCodes.usage)) throw error;
    several = error;
  });
  if (found) return await describeProcess(organisation, found);
  const service = await unlessMissing(findService(organisation, which));
  if (service) return describeService(service);
  if (several) throw several;
  return undefined;
}

async function unlessMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof CliError && error.exitCode === exitCodes.notFound) return undefined;
    throw error;
  }
}
