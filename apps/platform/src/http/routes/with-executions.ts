import type { Executions } from '../../executions/index.ts';
import type { ProcessValue } from '../../processes/index.ts';

/** A process as the API shows it: with how its executions stand. */
export async function withExecutions(
  executions: Pick<Executions, 'withExecutions'>,
  process: ProcessValue,
): Promise<ProcessValue> {
  const [complete] = await executions.withExecutions([process]);
  return complete!;
}
