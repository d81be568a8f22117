import { AuthenticationError, login, resumeSession, setLogLevel } from 'fusion-platform';
import type { Organisation, Session } from 'fusion-platform';

import { CliError, exitCodes, notFound, usageError } from '../errors/index.ts';
import { askChoice, askPassword, askText, canAsk } from './prompts.ts';
import { findSaved, forget, save } from './saved.ts';
import type { Target } from './target.ts';

export interface OpenOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly debug: boolean;
  /** False where nothing may be asked, even on a terminal. */
  readonly ask?: boolean;
}

/** What the SDK says goes to standard error, secrets masked. */
const logger = {
  error: (text: string, fields?: unknown) => record(text, fields),
  warn: (text: string, fields?: unknown) => record(text, fields),
  info: (text: string, fields?: unknown) => record(text, fields),
  debug: (text: string, fields?: unknown) => record(text, fields),
};
function record(text: string, fields: unknown): void {
  process.stderr.write(`${text}${fields === undefined ? '' : ` ${JSON.stringify(fields)}`}\n`);
}

export function sessionOptions(url: string, { debug }: Pick<OpenOptions, 'debug'>) {
  setLogLevel(debug ? 'debug' : 'error');
  // A platform that is not there is told of after some seconds, not after half a minute.
  const retryDelay = { minimum: 250, maximum: 4000 };
  return { apiUrl: url, logger, pollInterval: 2000, retries: 4, retryDelay };
}

/**
 * The session that a command works in: one that was kept, or a new one from `FUSION_EMAIL` and `FUSION_PASSWORD`, or one
 * that is asked for on a terminal.
 */
export async function openSession(target: Target, options: OpenOptions): Promise<Session> {
  const kept = await resumeSaved(target, options);
  if (kept && kept !== 'expired') return kept;
  const password = options.env['FUSION_PASSWORD'];
  if (target.email !== undefined && password) return await logIn(target.url, target.email, password, options);
  if (options.ask !== false && canAsk()) return await askAndLogIn(target, options);
  const expired = kept === 'expired' ? 'The session has expired: ' : '';
  throw new CliError(`${expired}${expired ? 'nobody' : 'Nobody'} is logged in at ${target.url}`, {
    exitCode: exitCodes.refused,
    next: `fusion-platform login --deployment ${target.url}   (or set FUSION_EMAIL and FUSION_PASSWORD)`,
  });
}

async function resumeSaved(target: Target, options: OpenOptions): Promise<Session | 'expired' | undefined> {
  const { env } = options;
  const token = env['FUSION_TOKEN'];
  if (token) {
    const userId = env['FUSION_USER_ID'];
    if (!userId) throw usageError('FUSION_TOKEN needs FUSION_USER_ID beside it');
    return await resumeSession({ ...sessionOptions(target.url, options), userId, accessToken: token });
  }
  const saved = await findSaved(env, target);
  if (!saved) return undefined;
  try {
    const { userId, accessToken } = saved;
    return await resumeSession({ ...sessionOptions(target.url, options), userId, accessToken });
  } catch (error) {
    if (!(error instanceof AuthenticationError)) throw error;
    await forget(env, saved);
    return 'expired';
  }
}

/** Logs in and keeps the session, never the password. */
export async function logIn(
  url: string,
  email: string,
  password: string,
  options: OpenOptions,
): Promise<Session> {
  const session = await login({ ...sessionOptions(url, options), email, password });
  const { id: userId } = session.user;
  const openedAt = new Date().toISOString();
  await save(options.env, { url, email, userId, accessToken: session.accessToken, openedAt });
  return session;
}

const tries = 3;

/** Asks for what is missing; a password may be mistyped twice. */
export async function askAndLogIn(target: Target, options: OpenOptions): Promise<Session> {
  process.stderr.write(`Logging in at ${target.url}\n`);
  let { email } = target;
  for (let turn = 1; ; turn += 1) {
    email ??= await askText({ message: 'E-mail address' });
    const password = await askPassword(`Password of ${email}`);
    try {
      return await logIn(target.url, email, password, options);
    } catch (error) {
      if (!(error instanceof AuthenticationError) || turn >= tries) throw error;
      process.stderr.write(`${error.platformMessage ?? error.message}\n`);
      email = target.email;
    }
  }
}

/** The organisation that is named, or the only one, or the one that is picked on a terminal. */
export async function chooseOrganisation(
  session: Session,
  wanted: string | undefined,
): Promise<Organisation> {
  const all = await session.user.organisations().toArray();
  if (wanted !== undefined) {
    const text = wanted.toLowerCase();
    const found =
      all.find(({ id, name }) => id === text || name.toLowerCase() === text) ??
      all.find(({ name }) => name.toLowerCase().startsWith(text));
    if (found) return found;
    const names = all.map(({ name }) => name).join(', ');
    throw notFound(`There is no organisation "${wanted}": you belong to ${names}`);
  }
  if (all.length === 1) return all[0]!;
  if (all.length === 0) throw new CliError('You belong to no organisation', { exitCode: exitCodes.refused });
  if (!canAsk()) {
    const names = all.map(({ name }) => name).join(', ');
    throw usageError(`Say for which organisation: you belong to ${names}`, 'add --organisation NAME');
  }
  const id = await askChoice(
    'Which organisation?',
    all.map((one) => ({ value: one.id, label: one.name })),
  );
  return all.find((one) => one.id === id)!;
}
