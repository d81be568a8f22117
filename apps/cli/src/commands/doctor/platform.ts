import type { Session } from 'fusion-platform';

import type { Cli } from '../../command/index.ts';
import { CliError, exitCodes } from '../../errors/index.ts';
import { chooseOrganisation, openSession } from '../../session/index.ts';
import type { Target } from '../../session/index.ts';
import { look } from './check.ts';
import type { Finding } from './check.ts';

const patienceMs = 10_000;

/** The way to the platform, step by step: after a step that fails the others cannot be known. */
export async function checkPlatform(cli: Cli): Promise<Finding[]> {
  const found: Finding[] = [];
  const step = async (check: string, work: Parameters<typeof look>[1]): Promise<void> => {
    const blocked = found.find(({ state }) => state === 'wrong');
    found.push(
      blocked
        ? { check, state: 'skipped', message: `not known before "${blocked.check}" is mended` }
        : await look(check, work),
    );
  };
  let target: Target;
  let session: Session;
  await step('platform', async () => {
    target = await cli.target();
    await reach(cli, target.url);
    return `${target.url} answers`;
  });
  await step('login', async () => {
    session = await openSession(target, { env: cli.env, debug: cli.options.debug ?? false, ask: false });
    return session.user.email;
  });
  await step('organisation', async () => await organisationOf(session, target));
  return found;
}

/** Any answer will do. */
async function reach({ signal }: Cli, url: string): Promise<void> {
  try {
    const limit = AbortSignal.timeout(patienceMs);
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.any([signal, limit]) });
    await answer.body?.cancel();
  } catch (error) {
    signal.throwIfAborted();
    const { message, cause } = error as Error & { readonly cause?: NodeJS.ErrnoException };
    throw new CliError(`${url} does not answer (${cause?.code ?? cause?.message ?? message})`, {
      exitCode: exitCodes.network,
      next: 'check the address (--deployment, FUSION_URL, the profile) and that the platform runs',
    });
  }
}

async function organisationOf(session: Session, { organisation: wanted }: Target): Promise<string> {
  const all = await session.user.organisations().toArray();
  const names = all.map(({ name }) => name).join(', ');
  if (wanted === undefined && all.length > 1) return `none is chosen, so commands ask: ${names}`;
  return (await chooseOrganisation(session, wanted)).name;
}
