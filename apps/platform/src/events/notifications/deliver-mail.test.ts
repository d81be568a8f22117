import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { tables } from '../../database/index.ts';
import { open, startMailbox } from './testing/mailbox.ts';
import type { Mailbox } from './testing/mailbox.ts';
import { openTestPlatform, payload } from './testing/test-platform.ts';
import type { TestPlatform } from './testing/test-platform.ts';

let platform: TestPlatform;
let mailbox: Mailbox;

beforeAll(async () => {
  platform = await openTestPlatform();
});
beforeEach(async () => {
  mailbox = await startMailbox();
});
afterEach(async () => {
  await platform.clear();
  await mailbox.close();
});
afterAll(async () => await platform.close());

async function first() {
  const letter = mailbox.letters[0]!;
  return { ...letter, mail: await open(letter) };
}

test('a member who asks for mail about processes gets one, in plain words and local time', async () => {
  await platform.member({ email: 'grace@example.com' });
  await platform.member({ email: 'alan@example.com', channels: ['sms'] });
  await platform.tell(platform.open({ smtpUrl: mailbox.url }));
  await mailbox.count(1);
  const [row] = await platform.rowsWhen((rows) => rows.every(({ sent_at }) => sent_at !== null));
  expect(mailbox.letters).toHaveLength(1);
  const { from, to, mail } = await first();
  expect([from, to]).toEqual(['platform@example.com', ['grace@example.com']]);
  expect(mail.subject).toBe('Process "Elevation of Glasgow" has ended');
  expect(mail.from?.text).toBe('"Platform" <platform@example.com>');
  expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
  expect(mail.messageId).toBe(`<${row!.id}@fusion-platform>`);
  expect(mail.text).toBe(`Hello Grace,

An execution of the process "Elevation of Glasgow" ended well. The outputs are ready.

Organisation: Survey
Process: ${payload.process_id}
Execution: ${payload.execution_id}
Started: 1 March 2026, 09:00 (Europe/London)
Ended: 1 July 2026, 10:30 (Europe/London)
Platform: https://fusion.example.com

You are told by e-mail because your account asks for it: notification_processing_chain holds "email".
`);
});

test('no name adds a header, a line or a reader', async () => {
  const evil = 'Glasgow"\r\nBcc: eve@example.com\r\n\r\nClick here\u2028now';
  await platform.member({ email: 'mallory@example.com', name: 'Grace\r\nBcc: eve@example.com' });
  await platform.tell(platform.open({ smtpUrl: mailbox.url }), {
    event: 'execution.failed',
    payload: {
      ...payload,
      process_name: evil,
      reason: 'no\r\n.\r\nMAIL FROM:<eve@example.com>',
      success: false,
    },
  });
  await mailbox.count(1);
  const { to, raw, mail } = await first();
  expect(to).toEqual(['mallory@example.com']);
  expect(raw.split('\r\n\r\n')[0]).not.toMatch(/^bcc:/im);
  expect(mail.bcc).toBeUndefined();
  expect(mail.subject).toBe('Process "Glasgow" Bcc: eve@example.com Click here now" has failed');
  expect(mail.text?.split('\n').slice(0, 5)).toEqual([
    'Hello Grace Bcc: eve@example.com,',
    '',
    'A run of the process "Glasgow" Bcc: eve@example.com Click here now" failed.',
    '',
    'no . MAIL FROM:<eve@example.com>',
  ]);
});

test('an address with a comma in it is one address', async () => {
  // Such an address is not taken any more; an older platform may have stored one.
  const id = await platform.member({ email: 'grace@example.com' });
  await platform.database.queries
    .update(tables.users)
    .set({ email: '"a, eve@example.org"@example.com' })
    .where(eq(tables.users.id, id));
  await platform.tell(platform.open({ smtpUrl: mailbox.url }));
  await platform.rowsWhen(([row]) => row !== undefined && (row.sent_at !== null || row.error !== null));
  expect(mailbox.letters.flatMap(({ to }) => to)).not.toContain('eve@example.org');
});

test('mail that the server does not take yet is sent again', async () => {
  mailbox.refuseOnce();
  await platform.member({ email: 'grace@example.com' });
  await platform.tell(platform.open({ smtpUrl: mailbox.url }));
  const [refused] = await platform.rowsWhen(([row]) => row?.error !== null);
  expect(refused!.error).toContain('try again later');
  await platform.hurry();
  await platform.rowsWhen(([row]) => row?.sent_at !== null);
  expect(mailbox.letters).toHaveLength(1);
});

test('a wrong password is told in the log and in the row, and does not stand there', async () => {
  await platform.member({ email: 'grace@example.com' });
  await platform.tell(platform.open({ smtpUrl: mailbox.url.replace('Hunter-2', 'Hunter-3') }));
  const [row] = await platform.rowsWhen(([found]) => found?.error !== null);
  expect(row!.error).toMatch(/wrong password/);
  expect(`${row!.error} ${platform.logged.join()}`).not.toContain('Hunter-3');
});

test('who has left or wants no mail any more is not written to', async () => {
  const gone = await platform.member({ email: 'gone@example.com' });
  const quiet = await platform.member({ email: 'quiet@example.com' });
  const sender = platform.open({ smtpUrl: mailbox.url });
  // Noted, and claimed by nobody before the change: that is in the same transaction.
  await platform.database.transaction(async (tx) => {
    await sender.notify(tx, {
      organisationId: platform.organisation,
      event: 'execution.ended',
      once: 'x',
      payload,
    });
    await tx.delete(tables.memberships).where(eq(tables.memberships.user_id, gone));
    await tx
      .update(tables.users)
      .set({ notification_processing_chain: [] })
      .where(eq(tables.users.id, quiet));
  });
  const rows = await platform.rowsWhen(
    (all) => all.length === 2 && all.every(({ failed_at }) => failed_at !== null),
  );
  expect(rows.map(({ error }) => error)).toEqual(
    Array(2).fill('the user does not want it any more, or has left'),
  );
  expect(mailbox.letters).toEqual([]);
});

test('without a mail server nothing is noted for users, and the log says so once', async () => {
  await platform.member({ email: 'grace@example.com' });
  const notifications = platform.open();
  await platform.tell(notifications);
  await platform.tell(notifications);
  expect(await platform.rowsWhen(() => true)).toEqual([]);
  expect(platform.logged.filter((line) => line.includes('FUSION_SMTP_URL'))).toHaveLength(1);
});

test('mail that was noted waits for a platform that can send it', async () => {
  await platform.member({ email: 'grace@example.com' });
  const able = platform.open({ smtpUrl: mailbox.url });
  await able.close();
  platform.open();
  await platform.tell(able);
  await platform.hurry();
  expect(await platform.rowsWhen(() => true)).toMatchObject([{ tries: 0 }]);
  platform.open({ smtpUrl: mailbox.url });
  await mailbox.count(1);
});
