import { begin, finishAttempt, giveUpAttempt, publish } from './steps/index.ts';
import { hasEnded, LeaseLostError, readWork } from '../component/index.ts';
import type { Work } from '../component/index.ts';
import type { Context } from '../context.ts';
import type { AttemptRow } from '../rows.ts';
import type { Step } from './steps/index.ts';

/**
 * Takes a component from wherever it stands to where it needs no driver, a step at a time, each as its state in the
 * database says.
 * @returns the attempt that there is to be cleaned up after
 * @throws LeaseLostError when another platform has taken over; whatever a step meets that is to be tried again later
 */
export async function drive(
  context: Context,
  componentId: string,
  signal: AbortSignal,
): Promise<AttemptRow | undefined> {
  let known: Work | null = null;
  for (;;) {
    signal.throwIfAborted();
    const work: Work = known ?? (await readWork(context.database.queries, context, componentId));
    if (hasEnded(work.component.state)) return undefined;
    const { next, attempt = work.attempt }: Step = await stepOf(context, work, signal);
    if (next === 'done') return attempt;
    known = next === 'read' ? null : next;
  }
}

async function stepOf(context: Context, work: Work, signal: AbortSignal): Promise<Step> {
  // What a cluster runs goes on running when the platform that began it has gone, and can be watched from here.
  if (work.attempt.node_id !== context.nodeId && context.settings.reach !== 'cluster')
    return await giveUpAttempt(
      context,
      work.component.id,
      'the platform that ran it has been silent for too long',
    );
  switch (work.component.state) {
    case 'waiting':
    case 'succeeded':
    case 'failed':
    case 'stopped':
      throw new LeaseLostError(work.component.id);
    case 'preparing':
      return await begin(context, work, signal);
    case 'queued':
    case 'running':
      return await finishAttempt(context, work, signal);
    case 'publishing':
      return await publish(context, work, signal);
  }
}
