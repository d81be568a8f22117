import type { Cli } from '../../../command/index.ts';
import { moment, oneLine, table } from '../../../output/index.ts';

export async function run(cli: Cli): Promise<void> {
  const { organisation } = await cli.open();
  const rows = await organisation.invitations().toArray({ signal: cli.signal });
  cli.out.result({
    json: rows,
    ids: rows.map(({ id }) => id),
    text: (sink) =>
      rows.length === 0
        ? ''
        : table(sink, rows, [
            { title: 'E-MAIL', value: ({ email }) => email, flexible: true },
            { title: 'ROLES', value: ({ roles }) => roles.join(', ') || '-', flexible: true },
            { title: 'MADE', value: ({ created_at: at }) => moment(at) },
            { title: 'UNTIL', value: ({ expires_at: at }) => moment(at) },
            { title: 'ID', value: ({ id }) => id, paint: (text) => sink.colours.dim(text) },
          ]),
  });
  if (rows.length === 0)
    cli.out.note(
      `Nobody is invited to "${oneLine(organisation.name)}": fusion-platform members invite EMAIL`,
    );
}
