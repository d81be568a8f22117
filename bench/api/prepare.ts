import { join } from 'node:path';

import { openDatabase } from '../../apps/platform/src/database/index.ts';
import { copyExecution } from '../../apps/platform/src/testing/copy-execution.ts';
import { logIn } from '../../e2e/support/api.ts';
import { flow, square } from '../../e2e/support/flow.ts';
import { email, password, startPlatform } from '../../e2e/support/platform.ts';
import { writeChain } from '../engine/services.ts';

export interface Prepared {
  readonly process: string;
  readonly executions: readonly string[];
  readonly components: readonly string[];
}

/** Runs a chain of three components once, and copies what that left in the database. */
export async function prepare(
  folder: string,
  settings: Readonly<Record<string, string>>,
  count: number,
): Promise<Prepared> {
  await writeChain(join(folder, 'services'), {
    name: 'Short',
    command: ['/bin/sh', 'main.sh'],
    files: { 'main.sh': 'sleep 1; echo done > outputs/1/result.bin\n' },
    length: 3,
  });
  const platform = await startPlatform(folder, settings);
  let execution: string;
  let process: string;
  try {
    const analyst = flow(platform.url, await logIn(platform.url, email, password));
    const { id } = await analyst.upload(JSON.stringify(square));
    const made = await analyst.process('Short', id);
    process = String(made['id']);
    execution = await analyst.execute(made);
    const ended = await analyst.ended(execution);
    if (ended['success'] !== true) throw new Error(JSON.stringify(ended));
  } finally {
    await platform.stop();
  }
  const url = settings['DATABASE_URL'];
  const database = await openDatabase({
    folder: join(folder, 'platform', 'database'),
    ...(url ? { url } : {}),
  });
  try {
    return { process, ...(await copyExecution(database, execution, count - 1)) };
  } finally {
    await database.close();
  }
}
