import type { Cli, CommonOptions } from '../../../command/index.ts';
import { findMember } from '../../../find/index.ts';
import { oneLine } from '../../../output/index.ts';
import { forEach } from '../../each.ts';
import { confirmRemoval } from '../../rm/run.ts';

interface Options extends CommonOptions {
  readonly yes?: boolean;
}

export async function run(cli: Cli, options: Options, which: readonly string[]): Promise<number> {
  const { organisation } = await cli.open();
  const from = oneLine(organisation.name);
  await confirmRemoval(
    options,
    `${which.map(oneLine).join(', ')} from "${from}", where all they do ends at once`,
  );
  return await forEach(cli, which, {
    verb: 'Removed',
    act: async (one) => {
      const member = await findMember(organisation, one);
      const { id, email } = member;
      await member.remove({ signal: cli.signal });
      return { id, name: email };
    },
  });
}
