import type { Queries } from '../../database/index.ts';
import type { Context } from './context.ts';
import { startDelivery } from './deliver.ts';
import type { Worker } from './deliver.ts';
import { note } from './news.ts';
import type { News } from './news.ts';
import { createMailer } from './send-mail.ts';

/** Tells users by mail, and programs by webhook, what has happened. */
export interface Notifications {
  /** Notes what is to be told, to be sent once the transaction is committed: never before, never without. */
  notify(tx: Queries, news: News): Promise<void>;
  /** Begins to send. */
  start(): void;
  /** Stops; what is under way is tried again by whoever starts next. */
  close(): Promise<void>;
}

export function createNotifications(context: Context): Notifications {
  const { events, log, settings } = context;
  const { smtpUrl, publicUrl } = settings;
  const mailer = smtpUrl ? createMailer(context, smtpUrl) : undefined;
  let worker: Worker | undefined;
  return {
    notify: async (tx, news) => {
      const noted = await note(tx, news, { mail: mailer !== undefined, publicUrl: publicUrl() });
      if (noted) await events.publish(tx, { kind: 'notification', id: news.organisationId });
    },
    start: () => {
      if (!mailer) log.info({}, 'no mail is sent: FUSION_SMTP_URL is not set');
      worker ??= startDelivery(context, mailer);
    },
    close: async () => {
      await worker?.close();
      mailer?.close();
    },
  };
}
