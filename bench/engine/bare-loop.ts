import { execFile } from 'node:child_process';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { findSandbox, sandboxArguments } from '../../apps/platform/src/runtimes/process/sandbox.ts';

const run = promisify(execFile);

/**
 * Runs a shell script over and over in the sandbox that components get, so many at once, each in a folder of its own, and
 * does nothing else. Where there is no sandbox the platform has none either.
 * @returns how many it ran a second
 */
export async function bareLoop(
  folder: string,
  script: string,
  { count, slots }: { readonly count: number; readonly slots: number },
): Promise<number> {
  const sandbox = await findSandbox(folder);
  let next = 0;
  const began = performance.now();
  const work = async (): Promise<void> => {
    while (next < count) {
      const own = join(folder, String((next += 1)));
      const temporary = join(own, 'tmp');
      await mkdir(join(own, 'outputs', '1'), { recursive: true });
      await mkdir(temporary);
      // The component is nobody in there.
      for (const path of [own, join(own, 'outputs', '1'), temporary]) await chmod(path, 0o777);
      await writeFile(join(own, 'main.sh'), script);
      const command = ['/bin/sh', 'main.sh'];
      if (typeof sandbox === 'string') await run(command[0]!, command.slice(1), { cwd: own, env: {} });
      else {
        const folders = { folder: own, temporary, readOnly: [] };
        await run(sandbox.program, [...sandboxArguments(sandbox, folders, false), '--', ...command], {
          cwd: '/',
          env: { PATH: process.env['PATH'] },
        });
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: slots }, work));
    return (count * 1000) / (performance.now() - began);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
