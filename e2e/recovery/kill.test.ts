import { randomInt } from 'node:crypto';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { logIn } from '../support/api.ts';
import { flow, square } from '../support/flow.ts';
import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';

const kills = 10;

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;

beforeAll(async () => {
  folder = await testFolder();
});

afterAll(async () => {
  await platform?.stop();
  await folder?.remove();
});

const start = async (): Promise<RunningPlatform> =>
  await startPlatform(folder.path, {
    FUSION_SERVICES: join(root, 'e2e/services'),
    FUSION_STOP_DELAY_SECONDS: '0',
  });

/** Each pause differs, so that over the kills every step is hit: before, in and after it. */
const pause = async (): Promise<void> =>
  await new Promise((resolve) => setTimeout(resolve, randomInt(20, 2500)));

test(`a platform killed at ${kills} random moments loses nothing, runs nothing twice and charges once`, async () => {
  platform = await start();
  const session = await logIn(platform.url, email, password);
  let steps = flow(platform.url, session);
  const before = await steps.credits();
  const { id } = await steps.upload(JSON.stringify(square));

  const executions: string[] = [];
  let spent = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const process_ = await steps.process(kill % 2 ? 'Sleepy' : 'Copy', id, kill % 2 ? { seconds: '2' } : {});
    spent += Number(process_['price']);
    executions.push(await steps.execute(process_));
    await pause();
    await platform.kill();
    platform = await start();
    steps = flow(platform.url, { ...session, token: (await logIn(platform.url, email, password)).token });
  }

  for (const execution of executions) {
    expect(await steps.ended(execution, 120)).toMatchObject({ success: true, stopped: false });
    const components = await steps.components(execution);
    expect(components).toHaveLength(1);
    const outputs = components.flatMap((component) => component['outputs'] as string[]);
    expect(outputs).toHaveLength(1);
    const files = await steps.list(`/data/${outputs[0]!}/files`);
    expect(files).toHaveLength(1);
    expect(files[0]).toMatchObject({ publishable: true });
    // How it was made is said in its STAC item.
    const { properties } = files[0]!['stac_item'] as { properties: Record<string, object> };
    expect(Object.keys(properties['processing:software']!)).toEqual([components[0]!['name']]);
    expect((await steps.download(outputs[0]!, files[0]!)).length).toBe(files[0]!['size']);
    // One run is one sequence of records: a second one at once would repeat them.
    const logs = await steps.logs(components[0]!);
    expect(new Set(logs).size).toBe(logs.length);
  }
  expect(before - (await steps.credits())).toBeCloseTo(spent, 6);
}, 600_000);
