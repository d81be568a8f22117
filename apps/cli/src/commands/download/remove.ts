import type { Organisation, Process } from 'fusion-platform';

import type { Cli } from '../../command/index.ts';
import { orUndefined } from '../../find/index.ts';
import { oneLine } from '../../output/index.ts';

/** Removes a process with its executions and outputs, then its inputs. What another process uses stays, and is said. */
export async function removeProcess(
  cli: Cli,
  organisation: Organisation,
  process: Process,
  { inputs: withInputs = true }: { readonly inputs?: boolean } = {},
): Promise<void> {
  const { out } = cli;
  const ids = !withInputs ? [] : process.inputs.flatMap(({ id }) => (id === undefined ? [] : [id]));
  const inputs = await Promise.all(ids.map(async (id) => await orUndefined(organisation.dataItem(id))));
  await process.get();
  if (process.process_status === 'execute') await process.stop();
  await process.delete();
  if (withInputs) out.note(`Removed the process "${oneLine(process.name)}"`);
  for (const input of inputs) {
    if (!input) continue;
    try {
      await input.delete();
      out.note(`Removed the input "${oneLine(input.name)}"`);
    } catch (error) {
      out.warn(`the input "${oneLine(input.name)}" stays: ${(error as Error).message}`);
    }
  }
}
