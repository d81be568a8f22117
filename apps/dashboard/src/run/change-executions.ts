import type { Organisation, RunExecution } from 'fusion-platform';

/** How many are asked for at once. */
const together = 4;

/**
 * Stops those that have not ended; the others of their group go on.
 * @throws Error that tells of what was refused
 */
export async function stopExecutions(
  organisation: Organisation,
  executions: readonly RunExecution[],
): Promise<void> {
  const open = executions.filter(({ ended_at: end }) => end === null);
  await changeAll(open, async (id) => await (await organisation.execution(id)).stop());
}

/**
 * Executes again those that did not succeed. What one refuses does not keep the others from it.
 * @throws Error that tells of what was refused
 */
export async function retryExecutions(
  organisation: Organisation,
  executions: readonly RunExecution[],
): Promise<void> {
  const wanted = executions.filter(
    // What puts slices together follows by itself.
    ({ state, exit_type: kind }) => (state === 'failed' || state === 'stopped') && kind !== 'slices_failed',
  );
  await changeAll(wanted, async (id) => await (await organisation.execution(id)).retry());
}

/** The same with each of many, a few at once. @throws Error that tells of all that were refused */
async function changeAll(
  wanted: readonly RunExecution[],
  change: (id: string) => Promise<unknown>,
): Promise<void> {
  const refused: string[] = [];
  for (let i = 0; i < wanted.length; i += together) {
    const ends = await Promise.allSettled(
      wanted.slice(i, i + together).map(async ({ id }) => await change(id)),
    );
    for (const end of ends) if (end.status === 'rejected') refused.push((end.reason as Error).message);
  }
  if (refused.length > 0)
    throw new Error(
      `${refused.length} of ${wanted.length} were refused: ${[...new Set(refused)].join('; ')}`,
    );
}

export interface Download {
  readonly name: string;
  readonly address: string;
}

/** The addresses of the output files of executions: those that are results, not what only fed later components. */
export async function outputsOf(
  organisation: Organisation,
  executions: readonly RunExecution[],
): Promise<readonly Download[]> {
  const found: Download[] = [];
  for (const execution of executions)
    for (const { id, intermediate } of execution.components) {
      if (intermediate) continue;
      const component = await organisation.component(id);
      for await (const output of component.outputs())
        for await (const file of output.files())
          found.push({ name: file.file_name ?? file.id, address: await file.downloadUrl() });
    }
  return found;
}
