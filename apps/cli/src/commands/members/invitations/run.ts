import type { Cli } from '../../../command/index.ts';
import { moment, oneLine } from '../../../output/index.ts';

export async function run(cli: Cli): Promise<void> {
  const { organisation } = await cli.open();
  const rows = await organisation.invitations().toArray({ signal: cli.signal });
  cli.out.list(rows, {
    columns: (sink) => [
      { title: 'E-MAIL', value: ({ email }) => email, flexible: true },
      { title: 'ROLES', value: ({ roles }) => roles.join(', ') || '-', flexible: true },
      { title: 'MADE', value: ({ created_at: at }) => moment(at) },
      { title: 'UNTIL', value: ({ expires_at: at }) => moment(at) },
      { title: 'ID', value: ({ id }) => id, paint: (text) => sink.colours.dim(text) },
    ],
    none: `Nobody is invited to "${oneLine(organisation.name)}": fusion-platform members invite EMAIL`,
  });
}
