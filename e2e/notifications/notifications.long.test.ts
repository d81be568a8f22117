import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { login } from 'fusion-platform';
import type { Organisation, User } from 'fusion-platform';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { open, startMailbox } from '../../apps/platform/src/events/notifications/testing/mailbox.ts';
import type { Mailbox } from '../../apps/platform/src/events/notifications/testing/mailbox.ts';
import { believe, startReceiver } from '../../apps/platform/src/events/notifications/testing/receiver.ts';
import type { Receiver } from '../../apps/platform/src/events/notifications/testing/receiver.ts';
import { flow, square } from '../support/flow.ts';
import type { Flow } from '../support/flow.ts';
import { logIn } from '../support/api.ts';
import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;
let mailbox: Mailbox;
let receiver: Receiver;
let user: User;
let organisation: Organisation;
let steps: Flow;
let region: string;

/** The services of the tests, of which one takes only regions of half a square kilometre at once. */
async function services(): Promise<string> {
  const made = join(folder.path, 'services');
  await mkdir(made, { recursive: true });
  for (const name of ['copy', 'exit-one'])
    await cp(join(root, 'e2e/services', name), join(made, name), { recursive: true });
  const path = join(made, 'copy/service.yaml');
  await writeFile(path, `${await readFile(path, 'utf8')}${slicing}`);
  return made;
}
const slicing = 'slicing:\n  maximum_area_km2: 0.5\n';

beforeAll(async () => {
  folder = await testFolder();
  mailbox = await startMailbox();
  receiver = await startReceiver();
  platform = await startPlatform(folder.path, {
    FUSION_SERVICES: await services(),
    FUSION_STOP_DELAY_SECONDS: '0',
    FUSION_SMTP_URL: mailbox.url,
    FUSION_SMTP_FROM: 'Platform <platform@example.com>',
    FUSION_ALLOW_PRIVATE_ADDRESSES: 'true',
  });
  ({ user } = await login({ email, password, apiUrl: platform.url, logLevel: 'off' }));
  organisation = (await user.organisations().first())!;
  steps = flow(platform.url, await logIn(platform.url, email, password));
  ({ id: region } = await steps.upload(JSON.stringify(square)));
});

afterAll(async () => {
  await platform?.stop();
  await mailbox?.close();
  await receiver?.close();
  await folder?.remove();
});

test('the end of a group and the failure of a run are told once, by mail and by webhook', async () => {
  await user.update({ notification_processing_chain: ['email'] });
  const webhook = await organisation.createWebhook({ url: receiver.url, events: ['*'] });
  const { secret } = webhook;

  const copying = await steps.process('Copy', region);
  await steps.must('POST', `/processes/${String(copying['id'])}/execute`);
  await Promise.all([receiver.count(1), mailbox.count(1)]);
  const slices = await steps.list(`/processes/${String(copying['id'])}/executions`);
  expect(slices.length).toBeGreaterThan(1);
  const failing = await steps.process('Exit one', region);
  const failed = await steps.execute(failing);
  await Promise.all([receiver.count(2), mailbox.count(2)]);

  const news = receiver.received.map((call) => believe(call, secret!));
  expect(news).toMatchObject([
    {
      event: 'execution.ended',
      organisation_id: organisation.id,
      process_name: copying['name'],
      success: true,
      group_id: slices[0]!['group_id'],
    },
    {
      event: 'execution.failed',
      execution_id: failed,
      group_id: null,
      success: false,
      reason: expect.stringContaining('Exit one') as string,
      url: `${platform.url}/organisations/${organisation.id}/process_executions/${failed}`,
    },
  ]);
  const mails = await Promise.all(mailbox.letters.map(open));
  expect(mails.map(({ subject }) => subject)).toEqual([
    'Process "Test of Copy" has ended',
    'Process "Test of Exit one" has failed',
  ]);
  expect(mailbox.letters.map(({ to }) => to)).toEqual([[email], [email]]);

  const told = await webhook.deliveries().toArray();
  expect(told.map(({ event, tries }) => [event, tries])).toEqual([
    ['execution.ended', 1],
    ['execution.failed', 1],
  ]);
  expect(await readFile(join(folder.path, 'platform.log'), 'utf8')).not.toContain(secret);
});
