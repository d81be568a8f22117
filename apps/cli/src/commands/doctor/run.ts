import type { Cli } from '../../command/index.ts';
import { exitCodes } from '../../errors/index.ts';
import { oneLine } from '../../output/index.ts';
import type { Sink } from '../../output/index.ts';
import type { Finding } from './check.ts';
import { checkMachine } from './machine.ts';
import { checkPlatformHere } from './platform-here.ts';
import { checkPlatform } from './platform.ts';

export async function run(cli: Cli): Promise<number> {
  const found = await Promise.all([checkMachine(cli), checkPlatformHere(cli), checkPlatform(cli)]);
  const findings = found.flat();
  const wrong = findings.filter(({ state }) => state === 'wrong');
  cli.out.result({
    json: findings.map(({ check, state, message, next }) => ({ check, state, message, next: next ?? null })),
    ids: wrong.map(({ check }) => check),
    text: (sink) => findings.map((finding) => line(sink, finding)).join('\n'),
  });
  return wrong[0]?.exitCode ?? exitCodes.success;
}

function line({ colours }: Sink, { check, state, message, next }: Finding): string {
  const marks = {
    good: colours.green('✔'),
    wrong: colours.red('✖'),
    missing: colours.yellow('–'),
    skipped: colours.dim('?'),
  };
  const todo = next === undefined ? '' : `\n  → ${oneLine(next)}`;
  return `${marks[state]} ${check.padEnd(14)} ${oneLine(message)}${todo}`;
}
