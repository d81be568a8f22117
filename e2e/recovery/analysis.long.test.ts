import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { logIn, until } from '../support/api.ts';
import { flow, square } from '../support/flow.ts';
import { email, password, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';

/** More than a file that fails by itself is tried. */
const kills = 4;

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;

beforeAll(async () => {
  folder = await testFolder();
});

afterAll(async () => {
  await platform?.stop();
  await folder?.remove();
});

/** Whether a process of the platform's is looking at a file right now. */
function isAnalysing(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).some((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .some((child) => {
        try {
          return readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('analysis-child');
        } catch {
          // It has just ended.
          return false;
        }
      }),
  );
}

test.skipIf(!existsSync('/proc/self/task'))(
  `a file whose analysis ${kills} kills of the platform cut off is usable in the end (skipped where there is no /proc)`,
  async () => {
    platform = await startPlatform(folder.path);
    const session = await logIn(platform.url, email, password);
    const steps = flow(platform.url, session);
    const id = randomUUID();
    await steps.must('POST', '/data', { 'Data[id]': id, 'Data[name]': 'Square' });
    const { extras } = (await steps.must('POST', `/data/${id}/add_file`, {
      Data: { name: 'square.geojson', file_type: 'GeoJSON' },
    })) as { extras: { url: string } };
    const sent = await fetch(extras.url, { method: 'PUT', body: JSON.stringify(square) });
    expect(sent.status).toBe(200);
    for (let kill = 0; kill < kills; kill++) {
      await expect.poll(() => isAnalysing(platform.child.pid!), { interval: 5, timeout: 60_000 }).toBe(true);
      await platform.kill();
      platform = await startPlatform(folder.path);
    }
    const again = flow(platform.url, {
      ...session,
      token: (await logIn(platform.url, email, password)).token,
    });
    const file = await until('analysis of the square', 300, async () => {
      const [found] = await again.list(`/data/${id}/files`);
      return { done: found?.['size'] !== undefined, value: found! };
    });
    expect(file).toMatchObject({ publishable: true, polygons: 1 });
  },
);
