import type { Explained } from './explain.ts';

/** The same as `explain`, which is loaded only now: most commands end well, and it needs the whole SDK. */
export async function describeError(error: unknown): Promise<Explained> {
  const { explain } = await import('./explain.ts');
  return explain(error);
}
