import type { Cli, CommonOptions } from '../../../command/index.ts';
import { findData } from '../../../find/index.ts';
import { oneLine } from '../../../output/index.ts';
import { forEach } from '../../each.ts';
import { confirmRemoval } from '../../rm/run.ts';

interface Options extends CommonOptions {
  readonly yes?: boolean;
}

export async function run(cli: Cli, options: Options, which: readonly string[]): Promise<number> {
  const { organisation } = await cli.open();
  await confirmRemoval(options, which.map(oneLine).join(', '));
  return await forEach(cli, which, {
    verb: 'Removed',
    act: async (one) => {
      const data = await findData(organisation, one, { whole: true });
      const { id, name } = data;
      await data.delete();
      return { id, name };
    },
  });
}
