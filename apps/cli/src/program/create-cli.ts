import { groups } from '../commands/index.ts';
import { Output } from '../output/index.ts';
import type { Cli, CommonOptions } from '../command/index.ts';

export interface Started {
  readonly cli: Cli;
  /** What the command wants told after an interruption. */
  readonly farewell: () => readonly string[];
  /** Whether an interruption waits for the command. */
  readonly settlesFirst: () => boolean;
}

export function createCli(options: CommonOptions, signal: AbortSignal): Started {
  const { env } = process;
  let farewell: readonly string[] = [];
  let settlesFirst = false;
  const debug = options.debug ?? false;
  const load = async () => await import('../session/index.ts');
  const cli: Cli = {
    out: new Output(options, env),
    env,
    options,
    commands: groups.flatMap(({ members }) => members),
    signal,
    target: async () => await (await load()).findTarget(options, env),
    session: async () => await (await load()).openSession(await cli.target(), { env, debug }),
    open: async () => {
      const { chooseOrganisation } = await load();
      const target = await cli.target();
      const session = await cli.session();
      return { session, target, organisation: await chooseOrganisation(session, target.organisation) };
    },
    settleFirst: () => {
      settlesFirst = true;
    },
    onInterrupt: (lines) => {
      farewell = lines;
    },
  };
  return { cli, farewell: () => farewell, settlesFirst: () => settlesFirst };
}
