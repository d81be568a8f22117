import type { Cli, CommonOptions } from '../../command/index.ts';
import { findProcess } from '../../find/index.ts';
import { oneLine } from '../../output/index.ts';
import { forEach } from '../each.ts';

export async function run(cli: Cli, _: CommonOptions, which: readonly string[]): Promise<number> {
  const { organisation } = await cli.open();
  return await forEach(cli, which, {
    verb: 'Stopped',
    act: async (one) => {
      const { process } = await findProcess(organisation, one);
      if (process.process_status !== 'execute' && process.executionStatuses.every(({ ended_at: at }) => at))
        cli.out.note(`"${oneLine(process.name)}" was not running`);
      await process.stop();
      return { id: process.id, name: process.name };
    },
  });
}
