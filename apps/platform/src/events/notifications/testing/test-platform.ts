import { randomUUID } from 'node:crypto';

import { eq, sql } from 'drizzle-orm';

import { addUser, firstOrganisation, firstStart } from '../../../accounts/index.ts';
import { tables } from '../../../database/index.ts';
import type { Database } from '../../../database/index.ts';
import { openTestDatabase } from '../../../testing/prepared-database.ts';
import { createEvents } from '../../events.ts';
import type { Events } from '../../events.ts';
import type { NotificationSettings } from '../context.ts';
import { createNotifications } from '../notifications.ts';
import type { Notifications } from '../notifications.ts';
import type { News } from '../news.ts';
import { createWebhooks } from '../webhooks.ts';
import type { Webhooks } from '../webhooks.ts';

export type Row = typeof tables.notifications.$inferSelect;

/** A database with an organisation and notifications, and no other part of a platform. */
export interface TestPlatform {
  readonly database: Database;
  readonly events: Events;
  readonly organisation: string;
  readonly webhooks: Webhooks;
  /** Everything that was logged, as text. */
  readonly logged: string[];
  /** Notifications that send, until the platform is closed. */
  open(settings?: Partial<NotificationSettings>): Notifications;
  /** A member of the organisation, told by mail of what `channels` say. */
  member(user: { email: string; name?: string; zone?: string; channels?: string[] }): Promise<string>;
  /** Told in a transaction of its own. */
  tell(notifications: Notifications, news?: Partial<News>): Promise<void>;
  /** The rows, once they are as asked. */
  rowsWhen(asked: (rows: readonly Row[]) => boolean): Promise<Row[]>;
  /** Makes everything that waits due now. */
  hurry(): Promise<void>;
  /** Takes away what a test has made. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export const payload = {
  process_id: randomUUID(),
  process_name: 'Elevation of Glasgow',
  execution_id: randomUUID(),
  success: true,
  started_at: '2026-03-01T09:00:00.000000+00:00',
  ended_at: '2026-07-01T09:30:00.000000+00:00',
};

export async function openTestPlatform(): Promise<TestPlatform> {
  const database = await openTestDatabase();
  const { queries } = database;
  await firstStart(database, {
    email: 'ada@example.com',
    password: 'Sentinel-2a',
    organisation: 'Survey',
    credits: '1',
  });
  const organisation = await firstOrganisation(database);
  const events = await createEvents(database);
  const logged: string[] = [];
  const log = (fields: object, message: string): void => {
    const { err } = fields as { err?: Error };
    logged.push(`${message} ${JSON.stringify(fields)} ${err?.stack ?? ''}`);
  };
  const opened: Notifications[] = [];
  const clear = async (): Promise<void> => {
    for (const notifications of opened.splice(0)) await notifications.close();
    for (const table of [tables.webhooks, tables.notifications, tables.memberships])
      await queries.delete(table);
    logged.length = 0;
  };
  const tell: TestPlatform['tell'] = async (notifications, news = {}) => {
    const whole: News = {
      organisationId: organisation,
      event: 'execution.ended',
      once: randomUUID(),
      payload,
      ...news,
    };
    await database.transaction(async (tx) => await notifications.notify(tx, whole));
  };
  return {
    database,
    events,
    organisation,
    webhooks: createWebhooks({ database, allowPrivateAddresses: true }),
    logged,
    open: (settings = {}) => {
      const notifications = createNotifications({
        database,
        events,
        log: { info: log, warn: log, error: log },
        settings: {
          smtpFrom: 'Platform <platform@example.com>',
          allowPrivateAddresses: true,
          publicUrl: () => 'https://fusion.example.com',
          ...settings,
        },
      });
      notifications.start();
      opened.push(notifications);
      return notifications;
    },
    member: async ({ email, name = 'Grace', zone = 'Europe/London', channels = ['email'] }) => {
      await addUser(database, {
        email,
        password: 'Sentinel-2a',
        givenName: name,
        familyName: 'Hopper',
        organisation,
        roles: ['view_processing_chains'],
      });
      const [user] = await queries
        .update(tables.users)
        .set({ time_zone: zone, notification_processing_chain: channels })
        .where(eq(tables.users.email, email))
        .returning({ id: tables.users.id });
      return user!.id;
    },
    tell,
    rowsWhen: async (asked) => {
      // A row changes last, and nobody is told: it is looked at until it has.
      for (;;) {
        const rows = await queries
          .select()
          .from(tables.notifications)
          .orderBy(tables.notifications.created_at);
        if (asked(rows)) return rows;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    hurry: async () => {
      await queries.execute(sql`update notifications set next_at = clock_timestamp() where sent_at is null`);
      await events.publish(queries, { kind: 'notification', id: organisation });
    },
    clear,
    close: async () => {
      await clear();
      await events.close();
      await database.close();
    },
  };
}
