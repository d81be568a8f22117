import type { Executions } from '../executions.ts';
import type { ExecutionsSettings } from '../settings.ts';
import { openTestPlatform, removeFolder, temporaryFolder } from './test-platform.ts';
import type { TestPlatform } from './test-platform.ts';

export interface Started {
  readonly platform: TestPlatform;
  readonly executions: Executions;
  /** Takes all of it away again. */
  readonly close: () => Promise<void>;
}

/** A platform in a folder of its own, with one engine that works. */
export async function startEngine(settings?: Partial<ExecutionsSettings>): Promise<Started> {
  const platform = await openTestPlatform(await temporaryFolder());
  const executions = await platform.engine(settings);
  executions.start();
  const close = async (): Promise<void> => {
    await executions.close();
    await platform.close();
    await removeFolder(platform.folder);
  };
  return { platform, executions, close };
}
