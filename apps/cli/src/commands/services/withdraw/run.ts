import type { Cli, CommonOptions } from '../../../command/index.ts';
import { findServiceVersion } from '../../../find/index.ts';
import { oneLine } from '../../../output/index.ts';
import { forEach } from '../../each.ts';
import { confirmRemoval } from '../../rm/run.ts';

interface Options extends CommonOptions {
  readonly reason?: string;
  readonly yes?: boolean;
}

export async function run(cli: Cli, options: Options, which: readonly string[]): Promise<number> {
  const { organisation } = await cli.open();
  await confirmRemoval(options, `${which.map(oneLine).join(', ')} for good`);
  const { reason } = options;
  return await forEach(cli, which, {
    verb: 'Withdrew',
    act: async (one) => {
      const version = await findServiceVersion(organisation, one);
      const {
        id,
        name,
        version: number,
      } = await version.withdraw({
        signal: cli.signal,
        ...(reason === undefined ? {} : { reason }),
      });
      return { id, name: `${name}, version ${number}` };
    },
  });
}
