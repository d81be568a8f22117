import { roles as everyRole } from 'fusion-platform';

import type { Cli, CommonOptions } from '../../../command/index.ts';
import { usageError } from '../../../errors/index.ts';
import { findMember } from '../../../find/index.ts';
import { oneLine } from '../../../output/index.ts';
import { checkRoles } from '../check-roles.ts';

interface Options extends CommonOptions {
  readonly add?: readonly string[];
  readonly take?: readonly string[];
  readonly set?: readonly string[];
}

export async function run(cli: Cli, { add, take, set }: Options, which: string): Promise<void> {
  if (!add && !take && !set)
    throw usageError('Say what is to change', 'add --add ROLE, --take ROLE or --set ROLE');
  if (set && (add || take)) throw usageError('Give --set, or --add and --take, not both');
  const [given, taken, whole] = [checkRoles(add ?? []), checkRoles(take ?? []), set && checkRoles(set)];
  const both = given.find((role) => taken.includes(role));
  if (both) throw usageError(`${both} cannot be both given and taken away`);
  const { organisation } = await cli.open();
  const member = await findMember(organisation, which);
  const wanted = everyRole.filter((role) =>
    whole
      ? whole.includes(role)
      : given.includes(role) || (member.roles.includes(role) && !taken.includes(role)),
  );
  await member.changeRoles(wanted, { signal: cli.signal });
  cli.out.result({
    json: member,
    ids: [member.id],
    text: () => `${oneLine(member.email)}: ${member.roles.join(', ') || 'no roles'}`,
  });
}
