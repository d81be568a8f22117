import { join } from 'node:path';

import { login } from 'fusion-platform';
import type { Organisation } from 'fusion-platform';
import type { Browser } from 'playwright-core';

import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { launch } from './browser.ts';
import { buildForTests } from './build.ts';

/** A platform with its dashboard, and a browser to look at it. */
export interface Stage {
  readonly platform: RunningPlatform;
  readonly folder: string;
  readonly browser: Browser;
  readonly organisation: Organisation;
  close(): Promise<void>;
}

export async function openStage(settings: Record<string, string> = {}): Promise<Stage> {
  await buildForTests();
  const folder = await testFolder();
  const platform = await startPlatform(folder.path, {
    FUSION_SERVICES: `${join(root, 'services')},${join(root, 'e2e/services')}`,
    FUSION_STOP_DELAY_SECONDS: '0',
    ...settings,
  });
  const browser = await launch();
  const session = await login({ apiUrl: platform.url, email, password, pollInterval: 300 });
  return {
    platform,
    folder: folder.path,
    browser,
    organisation: (await session.user.organisations().first())!,
    close: async () => {
      await browser.close();
      await platform.stop();
      await folder.remove();
    },
  };
}

/** Makes a process of a test service, executes it, and gives its run's id at once, or once it has ended. */
export async function startRun(
  organisation: Organisation,
  service: string,
  options: {
    readonly region: string;
    readonly name: string;
    readonly values?: Readonly<Record<string, string>>;
    readonly wait?: boolean;
  },
): Promise<string> {
  const { first } = await organisation.findServices({ name: service });
  const process = await organisation.newProcess({ name: options.name, service: first! });
  await process.update({ inputNumber: 1, data: await organisation.dataItem(options.region) });
  for (const [optionName, value] of Object.entries(options.values ?? {}))
    await process.update({ optionName, value, coerceValue: true });
  await process.create();
  await process.execute({ wait: options.wait ?? false }).catch(() => undefined);
  const execution = (await process.executions().first())!;
  return execution.group_id ?? execution.id;
}
