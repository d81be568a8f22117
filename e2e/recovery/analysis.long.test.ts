import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { logIn, until } from '../support/api.ts';
import { flow } from '../support/flow.ts';
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
    read(`/proc/${pid}/task/${task}/children`)
      .split(' ')
      .filter(Boolean)
      .some((child) => read(`/proc/${child}/cmdline`).includes('analysis-child')),
  );
}

/** What a thread or a process says of itself; nothing when it has just ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** A round region with so many corners that looking at it takes long enough to be cut off. */
function round(corners: number): object {
  const ring = Array.from({ length: corners }, (_, corner) => {
    const angle = (2 * Math.PI * corner) / corners;
    return [-4.25 + Math.cos(angle) / 50, 55.86 + Math.sin(angle) / 50];
  });
  return { type: 'Polygon', coordinates: [[...ring, ring[0]]] };
}

test.skipIf(!existsSync('/proc/self/task'))(
  `a file whose analysis ${kills} kills of the platform cut off is usable in the end (skipped where there is no /proc)`,
  async () => {
    platform = await startPlatform(folder.path);
    const session = await logIn(platform.url, email, password);
    const steps = flow(platform.url, session);
    const id = randomUUID();
    await steps.must('POST', '/data', { 'Data[id]': id, 'Data[name]': 'Round' });
    const { extras } = (await steps.must('POST', `/data/${id}/add_file`, {
      Data: { name: 'round.geojson', file_type: 'GeoJSON' },
    })) as { extras: { url: string } };
    const sent = await fetch(extras.url, { method: 'PUT', body: JSON.stringify(round(100_000)) });
    expect(sent.status).toBe(200);
    for (let kill = 0; kill < kills; kill++) {
      await expect.poll(() => isAnalysing(platform.child.pid!), { interval: 5 }).toBe(true);
      await platform.kill();
      platform = await startPlatform(folder.path);
    }
    const again = flow(platform.url, {
      ...session,
      token: (await logIn(platform.url, email, password)).token,
    });
    const file = await until('analysis of the region', 300, async () => {
      const [found] = await again.list(`/data/${id}/files`);
      return { done: Boolean(found?.['publishable'] ?? found?.['error']), value: found! };
    });
    expect(file).toMatchObject({ publishable: true, polygons: 1 });
  },
);
