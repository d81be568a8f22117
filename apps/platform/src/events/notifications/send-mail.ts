import type { WebhookEvent } from '@fusion-platform/contract';
import { and, eq } from 'drizzle-orm';
import { createTransport } from 'nodemailer';

import { tables } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import type { Context } from './context.ts';
import { mailText } from './mail-text.ts';
import type { NewsPayload } from './news.ts';
import type { Note, Outcome } from './outbox.ts';

export interface Mailer {
  send(note: Note & { readonly user_id: string }, signal: AbortSignal): Promise<Outcome>;
  close(): void;
}

/** One mail, from the first connection to the last word. */
const timeoutMs = 60_000;

export function createMailer({ database, log, settings }: Context, smtpUrl: string): Mailer {
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: 2,
    // Whether it is tried again is decided in the database.
    maxRequeues: 0,
    idleTimeout: 10_000,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    dnsTimeout: 10_000,
    socketTimeout: 20_000,
    socketCloseTimeout: 1000,
  });
  // Nobody waits for a connection that is idle; without this its end would be the platform's.
  transport.on('error', (error) => log.warn({ err: error }, 'a connection to the mail server failed'));
  return {
    send: async (note, signal) => {
      const reader = await loadReader(database.queries, note);
      if (!reader) return { kind: 'given_up', reason: 'the user does not want it any more, or has left' };
      const { subject, text } = mailText(
        note.event as WebhookEvent,
        note.payload as unknown as NewsPayload,
        reader,
        settings.publicUrl(),
      );
      const sent = transport.sendMail({
        from: settings.smtpFrom,
        // As an object it is one address, whatever is in it.
        to: { name: '', address: reader.email },
        subject,
        text,
        messageId: `<${note.id}@fusion-platform>`,
        date: new Date(note.created_at),
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      try {
        await unlessAborted(sent, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
        return { kind: 'sent' };
      } catch (error) {
        signal.throwIfAborted();
        return { kind: 'failed', reason: (error as Error).message, askedSeconds: 0 };
      }
    },
    close: () => transport.close(),
  };
}

/** Who is written to, unless the user has left the organisation or changed the settings since it was noted. */
async function loadReader(queries: Queries, note: Note & { readonly user_id: string }) {
  const { users, memberships, organisations } = tables;
  const [row] = await queries
    .select({
      email: users.email,
      given_name: users.given_name,
      time_zone: users.time_zone,
      channels: users.notification_processing_chain,
      organisation: organisations.name,
    })
    .from(users)
    .innerJoin(
      memberships,
      and(eq(memberships.user_id, users.id), eq(memberships.organisation_id, note.organisation_id)),
    )
    .innerJoin(organisations, eq(organisations.id, memberships.organisation_id))
    .where(eq(users.id, note.user_id));
  return row?.channels?.includes('email') ? row : undefined;
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    if (signal.aborted) abort();
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
    // Whichever comes second is not waited for.
    work.catch(() => undefined);
    aborted.promise.catch(() => undefined);
  }
}
