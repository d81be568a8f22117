import type { Cli, CommonOptions } from '../../../command/index.ts';
import { findServiceVersion } from '../../../find/index.ts';
import { forEach } from '../../each.ts';

export async function run(cli: Cli, _: CommonOptions, which: readonly string[]): Promise<number> {
  const { organisation } = await cli.open();
  return await forEach(cli, which, {
    verb: 'Approved',
    act: async (one) => {
      const { id, name, version } = await (await findServiceVersion(organisation, one)).approve(cli);
      return { id, name: `${name}, version ${version}` };
    },
  });
}
