import { text } from 'node:stream/consumers';

import { acceptInvitation, AuthenticationError, readInvitation } from 'fusion-platform';

import type { Cli, CommonOptions } from '../../../command/index.ts';
import { CliError, exitCodes, usageError } from '../../../errors/index.ts';
import { oneLine } from '../../../output/index.ts';
import { askPassword, canAsk, sessionOptions } from '../../../session/index.ts';

interface Options extends CommonOptions {
  readonly givenName?: string;
  readonly familyName?: string;
  readonly passwordStdin?: boolean;
}

export async function run(cli: Cli, options: Options, link: string): Promise<void> {
  const url = platformOf(link);
  const asked = { ...sessionOptions(url, { debug: options.debug ?? false }), link, signal: cli.signal };
  const { organisation_name: organisation, email } = await refusedPlainly(readInvitation(asked));
  const password = await passwordOf(cli, options, email);
  const { givenName, familyName } = options;
  const names = { ...(givenName ? { givenName } : {}), ...(familyName ? { familyName } : {}) };
  const accepted = await refusedPlainly(acceptInvitation({ ...asked, ...names, password }));
  cli.out.result({
    json: { url, organisation: { id: accepted.organisation_id, name: organisation }, ...accepted },
    ids: [accepted.user_id],
    text: () => `${oneLine(accepted.email)} is a member of "${oneLine(organisation)}" now`,
  });
  cli.out.note(`  → fusion-platform login -y ${url} -e ${oneLine(accepted.email)}`);
}

/** Where the link leads: there the password goes, and nowhere else. */
function platformOf(link: string): string {
  const place = /^(https?:\/\/[^\s#?]+?)\/invitation\/?#code=[\w-]+$/.exec(link.trim())?.[1];
  if (place !== undefined && URL.canParse(place)) return place;
  throw usageError(
    'This is no link of an invitation',
    "put it in quotation marks, whole: fusion-platform members accept 'https://…/invitation#code=…'",
  );
}

async function passwordOf({ env }: Cli, { passwordStdin }: Options, email: string): Promise<string> {
  const given = passwordStdin ? (await text(process.stdin)).replace(/\r?\n$/, '') : env['FUSION_PASSWORD'];
  if (given) return given;
  if (!canAsk())
    throw new CliError('There is no terminal to ask for the password', {
      exitCode: exitCodes.usage,
      next: 'set FUSION_PASSWORD, or use --password-stdin',
    });
  const password = await askPassword(`Password of ${oneLine(email)}, or a new one`);
  if ((await askPassword('The same again')) !== password) throw usageError('The two are not the same');
  return password;
}

/** A link that is good no longer is nothing that a login would mend. */
async function refusedPlainly<T>(asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    if (!(error instanceof AuthenticationError)) throw error;
    throw new CliError(error.platformMessage ?? error.message, {
      exitCode: exitCodes.refused,
      next: 'ask whoever invited you for another link',
    });
  }
}
