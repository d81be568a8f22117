import type { Cli } from '../../command/index.ts';
import { describeSession } from './describe.ts';

export async function run(cli: Cli): Promise<void> {
  const target = await cli.target();
  cli.out.result(await describeSession(await cli.session(), target));
}
