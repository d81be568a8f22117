import type { Cli, CommonOptions } from '../../command/index.ts';
import { usageError } from '../../errors/index.ts';
import { scripts } from './scripts.ts';

export async function run(cli: Cli, _: CommonOptions, shell: string): Promise<void> {
  const script = scripts[shell.toLowerCase()];
  if (script === undefined)
    throw usageError(
      `There is no completion for "${shell}": there is one for ${Object.keys(scripts).join(', ')}`,
    );
  await Promise.resolve();
  cli.out.result({ json: { shell, script }, ids: [script], text: () => script });
}
