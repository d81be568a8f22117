import { NotFoundError } from 'fusion-platform';

import type { Cli, CommonOptions } from '../../../command/index.ts';
import { notFound } from '../../../errors/index.ts';
import { forEach } from '../../each.ts';
import { checkRoles, usualRoles } from '../check-roles.ts';

interface Options extends CommonOptions {
  readonly role?: readonly string[];
}

export async function run(cli: Cli, { role }: Options, emails: readonly string[]): Promise<number> {
  const roles = checkRoles(role ?? usualRoles);
  const { organisation } = await cli.open();
  return await forEach(cli, emails, {
    verb: 'Added',
    act: async (email) => {
      try {
        const member = await organisation.addMember({ email, roles, signal: cli.signal });
        return { id: member.id, name: member.email };
      } catch (error) {
        if (!(error instanceof NotFoundError)) throw error;
        throw notFound(error.platformMessage ?? error.message, `fusion-platform members invite ${email}`);
      }
    },
  });
}
