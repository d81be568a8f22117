import { begin } from './begin.ts';
import { LeaseLostError, readWork } from './component.ts';
import type { Taken, Work } from './component.ts';
import { conclude, giveUpAttempt } from './conclude.ts';
import type { Context } from './context.ts';
import { publish } from './publish.ts';
import type { AttemptRow } from './rows.ts';
import { settleFollower } from './standby.ts';
import { hasEnded } from './states.ts';
import type { Step } from './step.ts';

/**
 * Takes a component from wherever it stands to where it needs no driver, a step at a time, each as its state in the
 * database says.
 * @param options.launch told of further components that this platform has taken up on the way
 * @param options.as how it stands, where that is known
 * @returns the attempt that there is to be cleaned up after
 * @throws LeaseLostError when another platform has taken over; whatever a step meets that is to be tried again later
 */
export async function drive(
  context: Context,
  componentId: string,
  signal: AbortSignal,
  { launch, as = null }: { readonly launch: (taken: Taken) => void; readonly as?: Work | null },
): Promise<AttemptRow | undefined> {
  let known = as;
  let driven: Work | undefined;
  let taken: readonly Taken[] | null = [];
  try {
    for (;;) {
      signal.throwIfAborted();
      driven = known ?? (await readWork(context.database.queries, context, componentId));
      if (hasEnded(driven.component.state)) return undefined;
      // Whether a step that throws has taken something up is not known.
      taken = null;
      const { next, taken: more = [], attempt = driven.attempt } = await stepOf(context, driven, signal);
      taken = more;
      more.forEach(launch);
      if (next === 'done') return attempt;
      known = next === 'read' ? null : next;
    }
  } finally {
    if (driven && taken?.length === 0) context.standbys.hurried.delete(driven.execution.id);
    await settleFollower(context, componentId, {
      attempts: taken && taken.flatMap(({ attemptId }) => attemptId ?? []),
      closing: signal.aborted,
    });
  }
}

async function stepOf(context: Context, work: Work, signal: AbortSignal): Promise<Step> {
  if (work.attempt.host !== context.host)
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
    case 'running':
      return await conclude(context, work, signal);
    case 'publishing':
      return await publish(context, work);
  }
}
