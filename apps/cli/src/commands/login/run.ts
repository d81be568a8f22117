import { text } from 'node:stream/consumers';

import type { Session } from 'fusion-platform';

import { CliError, exitCodes } from '../../errors/index.ts';
import type { Cli, CommonOptions } from '../../command/index.ts';
import {
  addressOf,
  askAndLogIn,
  askChoice,
  askText,
  canAsk,
  chooseOrganisation,
  deployments,
  logIn,
  readProfiles,
  writeProfiles,
} from '../../session/index.ts';
import type { Target } from '../../session/index.ts';
import { describeSession } from '../whoami/describe.ts';

interface Options extends CommonOptions {
  readonly passwordStdin?: boolean;
}

export async function run(cli: Cli, options: Options): Promise<void> {
  const target = await targetOf(cli, options);
  const session = await sessionOf(cli, options, target);
  const organisations = await session.user.organisations().toArray();
  const wanted = target.organisation ?? (organisations.length > 1 && !canAsk() ? undefined : '');
  const organisation =
    wanted === undefined ? undefined : (await chooseOrganisation(session, wanted || undefined)).name;
  await keep(cli, options, { ...target, organisation });
  cli.out.result(await describeSession(session, { ...target, organisation }));
}

/** A profile that is still to be made has no address yet: it comes from `--deployment`, or is asked for. */
async function targetOf(cli: Cli, options: Options): Promise<Target> {
  const known = await readProfiles(cli.env);
  const { profile: name, deployment } = options;
  const place =
    deployment ?? (name !== undefined && known.profiles[name] ? undefined : cli.env['FUSION_URL']);
  const nothingSaid = place === undefined && (name === undefined ? !known.current : !known.profiles[name]);
  const url = nothingSaid && canAsk() ? await askForPlatform() : place;
  if (url === undefined) return await cli.target();
  const profile = name === undefined ? undefined : known.profiles[name];
  return {
    url: addressOf(url, known).replace(/\/+$/, ''),
    email: options.email ?? cli.env['FUSION_EMAIL'] ?? profile?.email,
    organisation: options.organisation ?? cli.env['FUSION_ORGANISATION'] ?? profile?.organisation,
    profile: name,
  };
}

async function askForPlatform(): Promise<string> {
  const other = 'other';
  const choice = await askChoice('Which platform?', [
    { value: 'http://127.0.0.1:8080', label: 'one on this machine', hint: 'http://127.0.0.1:8080' },
    ...Object.entries(deployments).map(([value, hint]) => ({ value, label: value, hint })),
    { value: other, label: 'another address' },
  ]);
  if (choice !== other) return choice;
  return await askText({
    message: 'Its address',
    validate: (given) => (URL.canParse(given) ? undefined : 'An address begins with https:// or http://'),
  });
}

async function sessionOf(cli: Cli, options: Options, target: Target): Promise<Session> {
  const { env } = cli;
  const debug = options.debug ?? false;
  const given = options.passwordStdin
    ? (await text(process.stdin)).replace(/\r?\n$/, '')
    : env['FUSION_PASSWORD'];
  if (given) {
    if (target.email === undefined)
      throw new CliError('An e-mail address is needed beside the password', {
        next: 'add --email ADDRESS, or set FUSION_EMAIL',
      });
    return await logIn(target.url, target.email, given, { env, debug });
  }
  if (canAsk()) return await askAndLogIn(target, { env, debug });
  throw new CliError('There is no terminal to ask for the password', {
    exitCode: exitCodes.usage,
    next: 'set FUSION_EMAIL and FUSION_PASSWORD, or use --password-stdin',
  });
}

/** Under the name that is given, or `default`; the commands that follow use it. */
async function keep(cli: Cli, { profile = 'default' }: Options, target: Target): Promise<void> {
  const known = await readProfiles(cli.env);
  const session = await import('../../session/index.ts');
  const saved = await session.findSaved(cli.env, target);
  const { url, organisation } = target;
  const email = target.email ?? saved?.email;
  await writeProfiles(cli.env, {
    current: profile,
    profiles: { ...known.profiles, [profile]: { url, email, organisation } },
  });
}
