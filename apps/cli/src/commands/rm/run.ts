import type { Cli, CommonOptions } from '../../command/index.ts';
import { usageError } from '../../errors/index.ts';
import { findProcess } from '../../find/index.ts';
import { oneLine } from '../../output/index.ts';
import { askConfirm, canAsk } from '../../session/index.ts';
import { removeProcess } from '../download/remove.ts';
import { forEach } from '../each.ts';

interface Options extends CommonOptions {
  readonly inputs?: boolean;
  readonly yes?: boolean;
}

export async function run(cli: Cli, options: Options, which: readonly string[]): Promise<number> {
  const { organisation } = await cli.open();
  await confirmRemoval(options, `${which.map(oneLine).join(', ')} with all that came of it`);
  return await forEach(cli, which, {
    verb: 'Removed',
    act: async (one) => {
      const { process, execution } = await findProcess(organisation, one, { whole: true });
      if (execution) {
        await execution.delete();
        return { id: execution.id, name: `execution of ${process.name}` };
      }
      const { id, name } = process;
      await removeProcess(cli, organisation, process, { inputs: options.inputs === true });
      return { id, name };
    },
  });
}

/** Nothing is removed by a slip: a terminal is asked, a script says `--yes`. */
export async function confirmRemoval({ yes }: { readonly yes?: boolean }, what: string): Promise<void> {
  if (yes) return;
  if (!canAsk()) throw usageError(`This removes ${what}`, 'add --yes if that is meant');
  if (!(await askConfirm(`Remove ${what}?`, false))) throw usageError('Nothing was removed');
}
