import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { freePort } from '../support/free-port.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import type { CuttingProxy } from '../support/cutting-proxy.ts';
import { email, password } from '../support/platform.ts';
import { chromiumPath, openPage, signIn } from './browser.ts';
import { openStage } from './stage.ts';
import type { Stage } from './stage.ts';

const size = 40_000_000;

describe.skipIf(!chromiumPath)('uploads in the dashboard over a line that breaks (needs chromium)', () => {
  let proxy: CuttingProxy;
  let stage: Stage;

  beforeAll(async () => {
    const port = await freePort();
    proxy = await startCuttingProxy(`http://127.0.0.1:${port}`);
    stage = await openStage({ FUSION_PUBLIC_URL: proxy.url, FUSION_PORT: String(port) });
  });

  afterAll(async () => {
    await stage?.close();
    await proxy?.close();
  });

  test('a file is carried on from where the connection was lost, which is said meanwhile', async () => {
    const { page, faults } = await openPage(stage.browser, { url: proxy.url });
    await signIn(page, email, password);
    await page.goto(`/o/${stage.organisation.id}/data`);
    await page.getByRole('heading', { name: 'Data', exact: true }).waitFor();
    const bytes = randomBytes(size);
    const path = join(stage.folder, 'poor-line.bin');
    await writeFile(path, bytes);
    const before = proxy.sent;
    const first = async (): Promise<void> => {
      proxy.down = true;
      await Promise.resolve();
    };
    // The second cut, once it has been carried on, is mended by itself at once.
    proxy.cuts = [{ after: before + size / 2, first }, { after: before + (size * 3) / 4 }];
    await page.getByLabel('Files to upload').setInputFiles(path);
    const told = page.getByText(/Connection lost, carrying on at [1-9]\d* % once it is back/);
    await told.waitFor();
    proxy.down = false;
    await page.getByRole('link', { name: 'poor-line' }).waitFor();
    expect(proxy.cuts).toEqual([]);
    expect(proxy.sent - before).toBeLessThan(2 * size);
    const { first: data } = await stage.organisation.findData({ name: 'poor-line' });
    const hash = createHash('sha256');
    for await (const chunk of (await data!.files().first())!.stream()) hash.update(chunk);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
    // That the connection was lost is told by the browser, too, which may have sent it again by itself (409).
    const lost = /ERR_|409/;
    expect(faults.filter((fault) => !lost.test(fault))).toEqual([]);
  });
});
