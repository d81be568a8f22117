import { join } from 'node:path';

import { logIn } from '../../e2e/support/api.ts';
import { flow, square } from '../../e2e/support/flow.ts';
import { email, password, root, startPlatform } from '../../e2e/support/platform.ts';
import type { RunningPlatform } from '../../e2e/support/platform.ts';

/** A platform of its own, with its database inside, and the services of the tests. */
export async function startWithChatty(
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningPlatform> {
  return await startPlatform(folder, {
    FUSION_SERVICES: join(root, 'e2e', 'services'),
    FUSION_STOP_DELAY_SECONDS: '1',
    ...settings,
  });
}

/** Has the service Chatty write that many log records; gives the id of its process. */
export async function chat(url: string, records: number): Promise<string> {
  const analyst = flow(url, await logIn(url, email, password));
  const { id } = await analyst.upload(JSON.stringify(square));
  const made = await analyst.process('Chatty', id, { records: String(records) });
  const execution = await analyst.ended(await analyst.execute(made), 600);
  if (execution['success'] !== true) throw new Error(`Chatty failed: ${JSON.stringify(execution)}`);
  return String(made['id']);
}
