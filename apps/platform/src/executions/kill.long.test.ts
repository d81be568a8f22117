import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { removeFolder, temporaryFolder } from './testing/test-platform.ts';

const kills = 10;
const processes = 3;

/** The moments of the kills, in milliseconds after the start: all over the place, and the same in every run. */
const moments = Array.from({ length: kills }, (_, index) => (index * 397) % 1300);

function platform(folder: string, count: number) {
  return fork(join(import.meta.dirname, 'testing/kill-child.ts'), [folder, String(count)], {
    execArgv: ['--conditions=fusion-source'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

interface Report {
  readonly executions: unknown[];
  readonly components: { readonly name: string; readonly records: number }[];
  readonly outputs: unknown[];
  readonly credits: string;
}

test('a platform killed at ten moments loses nothing, runs nothing twice and charges once', async () => {
  const folder = await temporaryFolder();
  let last: ChildProcess | undefined;
  try {
    for (const [index, moment] of moments.entries()) {
      // New executions come with the first and the sixth start.
      const child = platform(folder, index % 5 === 0 ? processes : 0);
      const exit = once(child, 'exit');
      await once(child, 'message');
      await wait(moment);
      child.kill('SIGKILL');
      await exit;
    }
    const surviving = (last = platform(folder, 0));
    const report = await new Promise<Report>((resolve, reject) => {
      surviving.on('message', (message) => {
        if (typeof message === 'object') resolve(message as Report);
      });
      surviving.once('exit', (code) => reject(new Error(`it ended with ${String(code)}`)));
    });
    const all = processes * 2;
    expect(report.executions).toEqual(Array.from({ length: all }, () => ({ success: true, progress: 100 })));
    expect(report.outputs).toEqual(Array.from({ length: all * 3 }, () => ({ unfulfilled: false, files: 1 })));
    const expected = { chatty: 3000, copy: 1, sleepy: 5 };
    expect(report.components).toEqual(
      Object.entries(expected).flatMap(([name, records]) =>
        Array.from({ length: all }, () => ({
          name,
          state: 'succeeded',
          attempts: 1,
          records,
          different: records,
        })),
      ),
    );
    expect(Number(report.credits)).toBe(100 - all * 1.5);
  } finally {
    last?.kill('SIGKILL');
    await removeFolder(folder);
  }
  // Eleven starts: 3 s of processor time each, which on a busy machine are 20 s and more.
}, 1_200_000);
