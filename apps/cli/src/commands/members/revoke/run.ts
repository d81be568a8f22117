import type { Cli, CommonOptions } from '../../../command/index.ts';
import { notFound } from '../../../errors/index.ts';
import { forEach } from '../../each.ts';

export async function run(cli: Cli, _: CommonOptions, which: readonly string[]): Promise<number> {
  const { organisation } = await cli.open();
  const open = await organisation.invitations().toArray({ signal: cli.signal });
  return await forEach(cli, which, {
    verb: 'Revoked the invitation of',
    act: async (one) => {
      const text = one.toLowerCase();
      const found = open.find(({ id, email }) => id === text || email.toLowerCase() === text);
      if (!found)
        throw notFound(`There is no open invitation "${one}"`, 'fusion-platform members invitations');
      await found.revoke({ signal: cli.signal });
      return { id: found.id, name: found.email };
    },
  });
}
