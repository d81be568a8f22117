import { join } from 'node:path';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { logIn } from '../support/api.ts';
import { flow, square } from '../support/flow.ts';
import type { Flow } from '../support/flow.ts';
import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { chromiumPath, launch, openPage, signIn } from './browser.ts';
import { buildForTests } from './build.ts';

describe.skipIf(!chromiumPath)('the dashboard in a browser (needs chromium)', () => {
  let folder: Awaited<ReturnType<typeof testFolder>>;
  let platform: RunningPlatform;
  let browser: Browser;
  let steps: Flow;
  let region: string;

  beforeAll(async () => {
    await buildForTests();
    folder = await testFolder();
    platform = await startPlatform(folder.path, {
      FUSION_SERVICES: join(root, 'e2e/services'),
      FUSION_STOP_DELAY_SECONDS: '0',
    });
    browser = await launch();
    steps = flow(platform.url, await logIn(platform.url, email, password));
    ({ id: region } = await steps.upload(JSON.stringify(square)));
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await platform?.stop();
    await folder?.remove();
  });

  test('signs in, keeps the session out of the reach of scripts, and has nothing to say against its own policy', async () => {
    const { page, faults } = await openPage(browser, { url: platform.url });
    await page.goto('/');
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill('Wrong-2026');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Incorrect username or password').waitFor();
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Nothing runs now').waitFor();

    const seen = await page.evaluate(() => [
      document.cookie,
      JSON.stringify(Object.entries(localStorage)),
      JSON.stringify(Object.entries(sessionStorage)),
    ]);
    expect(seen.join(' ')).not.toContain('eyJ');
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    // Loaded again, it is still there.
    await page.reload();
    await page.getByText('Nothing runs now').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Password').waitFor();
    await page.reload();
    await page.getByLabel('Password').waitFor();
    expect(faults.filter((fault) => !fault.includes('400'))).toEqual([]);
    await page.context().close();
  });

  test('shows a component while it runs: its log and its charts move, and its end is told', async () => {
    const { page, faults } = await openPage(browser, { url: platform.url });
    await signIn(page, email, password);
    const process = await steps.process('Sleepy', region, { seconds: '8' });
    await steps.must('POST', `/processes/${String(process['id'])}/execute`);
    // It shows by itself, within a second.
    await page.getByRole('link', { name: 'Test of Sleepy' }).click();
    await page.getByRole('link', { name: 'Sleepy', exact: true }).click();
    const lines = page.getByText(/^\d+ +lines$/);
    await lines.waitFor();
    const before = Number.parseInt(await lines.innerText(), 10);
    await expect.poll(async () => Number.parseInt(await lines.innerText(), 10)).toBeGreaterThan(before);
    await page.locator('.chart canvas').first().waitFor();
    await page.getByText('Succeeded').first().waitFor();
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
