import { randomUUID } from 'node:crypto';

import { createWaker } from '../waker.ts';
import { callWebhook } from './call-webhook.ts';
import { mostTries, waitAfter } from './backoff.ts';
import type { Context } from './context.ts';
import { claim, dueIn, recordOutcome, releaseClaim, removeOld } from './outbox.ts';
import type { Choice, Note, Outcome } from './outbox.ts';
import type { Mailer } from './send-mail.ts';

/** How many are told at once. */
const atOnce = 8;
const longestPauseSeconds = 30;
/** What is due and held by another platform for a moment is not asked for without a pause. */
const shortestPauseSeconds = 0.25;
const maintenanceMilliseconds = 60 * 60 * 1000;

export interface Worker {
  close(): Promise<void>;
}

/**
 * Tells whoever waits to be told: woken when something was noted, and now and then in any case. Each listener is told
 * one thing at a time, so that one who is slow to answer keeps no other waiting.
 */
export function startDelivery(context: Context, mailer: Mailer | undefined): Worker {
  const { database, events, log } = context;
  const stopped = new AbortController();
  const owner: string = randomUUID();
  const underWay = new Map<string, Promise<void>>();
  const choice = (): Choice => ({ busy: [...underWay.keys()], mail: mailer !== undefined });
  const waker = createWaker();
  const unsubscribe = events.subscribe('notification', undefined, waker.wake);

  const fill = async (): Promise<void> => {
    while (!stopped.signal.aborted && underWay.size < atOnce) {
      const note = await claim(database.queries, choice(), owner);
      if (!note) return;
      const listener = note.webhook_id ?? note.user_id ?? '';
      const told = deliver({ ...context, owner }, mailer, note, stopped.signal).finally(() => {
        underWay.delete(listener);
        waker.wake();
      });
      underWay.set(listener, told);
    }
  };
  const pause = async (): Promise<void> => {
    const due = underWay.size < atOnce ? await dueIn(database.queries, choice()) : undefined;
    const seconds = Math.min(longestPauseSeconds, Math.max(shortestPauseSeconds, due ?? Infinity));
    await waker.sleep(seconds * 1000, stopped.signal);
  };
  const running = (async () => {
    let nextMaintenance = 0;
    while (!stopped.signal.aborted) {
      waker.forget();
      try {
        await fill();
        if (Date.now() >= nextMaintenance) {
          await removeOld(database.queries);
          nextMaintenance = Date.now() + maintenanceMilliseconds;
        }
        await pause();
      } catch (error) {
        log.error({ err: error }, 'notifications could not be sent; it is tried again');
        waker.forget();
        await waker.sleep(longestPauseSeconds * 1000, stopped.signal);
      }
    }
  })();
  return {
    close: async () => {
      unsubscribe();
      stopped.abort(new Error('the platform stops'));
      await running;
      await Promise.all(underWay.values());
    },
  };
}

/** Tells one and notes how it went. Never fails: what cannot be noted is tried again once the claim has run out. */
async function deliver(
  context: Context & { readonly owner: string },
  mailer: Mailer | undefined,
  note: Note,
  signal: AbortSignal,
): Promise<void> {
  const { database, log, owner } = context;
  const about = { notification: note.id, event: note.event, by: note.webhook_id ? 'webhook' : 'email' };
  try {
    const outcome = await tell(context, mailer, note, signal);
    const wait =
      outcome.kind === 'failed' ? waitAfter(note.tries, outcome.askedSeconds, Math.random()) : undefined;
    await recordOutcome(database.queries, note, outcome, wait);
    if (outcome.kind === 'sent') log.info(about, 'told');
    else if (wait === undefined)
      log.warn({ ...about, tries: note.tries, reason: outcome.reason }, 'could not be told, and is given up');
    else
      log.info(
        { ...about, tries: note.tries, of: mostTries, reason: outcome.reason },
        'could not be told yet',
      );
  } catch (error) {
    try {
      if (signal.aborted) await releaseClaim(database.queries, note, owner);
      else log.error({ ...about, err: error }, 'could not be told by a fault of the platform');
    } catch (fault) {
      log.error({ ...about, err: fault }, 'could not be put back; it is tried again later');
    }
  }
}

async function tell(
  context: Context,
  mailer: Mailer | undefined,
  note: Note,
  signal: AbortSignal,
): Promise<Outcome> {
  const { webhook_id, user_id } = note;
  if (webhook_id !== null) return await callWebhook(context, { ...note, webhook_id }, signal);
  if (user_id !== null && mailer) return await mailer.send({ ...note, user_id }, signal);
  return { kind: 'given_up', reason: 'there is nobody to tell' };
}
