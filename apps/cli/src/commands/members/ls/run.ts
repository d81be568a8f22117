import type { Cli, CommonOptions } from '../../../command/index.ts';
import { moment, oneLine } from '../../../output/index.ts';
import { checkRoles } from '../check-roles.ts';
import { nameOf } from './name-of.ts';

interface Options extends CommonOptions {
  readonly role?: string;
}

export async function run(cli: Cli, { role }: Options): Promise<void> {
  const [wanted] = role === undefined ? [] : checkRoles([role]);
  const { organisation } = await cli.open();
  const all = await organisation.members().toArray({ signal: cli.signal });
  const rows = wanted ? all.filter(({ roles }) => roles.includes(wanted)) : all;
  cli.out.list(rows, {
    columns: (sink) => [
      { title: 'E-MAIL', value: ({ email }) => email, flexible: true },
      { title: 'NAME', value: nameOf, flexible: true },
      { title: 'ROLES', value: ({ roles }) => roles.join(', ') || '-', flexible: true },
      { title: 'SINCE', value: ({ created_at: at }) => moment(at) },
      { title: 'ID', value: ({ id }) => id, paint: (text) => sink.colours.dim(text) },
    ],
    none: `Nobody in "${oneLine(organisation.name)}" has the role ${role ?? ''}`,
  });
}
