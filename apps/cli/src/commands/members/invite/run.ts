import type { Cli, CommonOptions } from '../../../command/index.ts';
import { moment, oneLine } from '../../../output/index.ts';
import { checkRoles, usualRoles } from '../check-roles.ts';

interface Options extends CommonOptions {
  readonly role?: readonly string[];
}

export async function run(cli: Cli, { role }: Options, email: string): Promise<void> {
  const roles = checkRoles(role ?? usualRoles);
  const { organisation } = await cli.open();
  const invitation = await organisation.invite({ email, roles, signal: cli.signal });
  const { url = '', expires_at: until } = invitation;
  cli.out.result({ json: invitation, ids: [url], text: () => url });
  cli.out.note(
    `Makes ${oneLine(invitation.email)} a member of "${oneLine(organisation.name)}", once, until ${moment(until)}: hand it over to nobody else`,
  );
}
