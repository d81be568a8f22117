import type { Flow } from '../support/flow.ts';

/** A reason as an answer of the API says it, its evidence by name. */
export interface Told {
  readonly code: string;
  readonly kind: string;
  readonly sentence: string;
  readonly evidence: Readonly<Record<string, string>>;
  readonly next_whose: string;
  readonly next_move: string;
}

/** The reasons of an execution or a component, first things first. */
export function toldBy(answer: Readonly<Record<string, unknown>>): Told[] {
  const reasons = (answer['reasons'] ?? []) as (Omit<Told, 'evidence'> & {
    readonly evidence: readonly { readonly name: string; readonly value: string }[];
  })[];
  return reasons.map((reason) => ({
    ...reason,
    evidence: Object.fromEntries(reason.evidence.map(({ name, value }) => [name, value])),
  }));
}

/** Executes a process to its end. @returns its first component */
export async function runOnce(
  steps: Flow,
  process: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const execution = await steps.execute(process);
  await steps.ended(execution);
  const [component] = await steps.components(execution);
  return component!;
}
