import type { Cli } from '../command/index.ts';
import { describeError, exitCodes } from '../errors/index.ts';
import { oneLine, plural } from '../output/index.ts';

/** What was done with one of several things. */
export interface Done {
  readonly id: string;
  readonly name: string;
}

/**
 * Does the same with each of several things. One that fails does not end the rest; the summary names it. Gives the exit
 * code.
 */
export async function forEach(
  cli: Cli,
  which: readonly string[],
  { verb, act }: { readonly verb: string; readonly act: (which: string) => Promise<Done> },
): Promise<number> {
  const { out } = cli;
  const done: Done[] = [];
  const failed: { which: string; reason: string; exitCode: number }[] = [];
  for (const one of which) {
    try {
      done.push(await act(one));
    } catch (error) {
      if (which.length === 1) throw error;
      const { message, exitCode } = await describeError(error);
      failed.push({ which: one, reason: message, exitCode });
      out.warn(`${oneLine(one)}: ${oneLine(message)}`);
    }
  }
  out.result({
    json: { done, failed: failed.map(({ which: name, reason }) => ({ name, reason })) },
    ids: done.map(({ id }) => id),
    text: ({ colours }) =>
      done.map(({ id, name }) => `${verb} ${oneLine(name)} ${colours.dim(id)}`).join('\n'),
  });
  if (failed.length === 0) return exitCodes.success;
  out.failure(
    `${failed.length} of ${plural(which.length, 'item')} failed: ${failed.map(({ which: name }) => oneLine(name)).join(', ')}`,
    'the others are done',
  );
  return failed[0]!.exitCode;
}
