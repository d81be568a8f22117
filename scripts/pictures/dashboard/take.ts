import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';

import { openPage } from '../../../e2e/dashboard/browser.ts';
import { email, password } from '../../../e2e/support/platform.ts';
import type { PictureOf } from './pages.ts';

/** Light and dark, on a desk and on a phone. */
export const looks = [
  { name: 'light', suffix: '', dark: false, width: 1440, height: 900 },
  { name: 'dark', suffix: '-dark', dark: true, width: 1440, height: 900 },
  { name: 'light-narrow', suffix: '-narrow', dark: false, width: 390, height: 844 },
  { name: 'dark-narrow', suffix: '-narrow-dark', dark: true, width: 390, height: 844 },
] as const;
export type Look = (typeof looks)[number];

/** A page taller than this says no more. */
const tallest = 3600;

export interface Taking {
  readonly browser: Browser;
  readonly url: string;
  readonly organisation: string;
  readonly to: string;
}

/** Takes a picture of each page in one look, and gives what the pages had to say against it. */
export async function takeAll(
  { browser, url, organisation, to }: Taking,
  pages: Readonly<Record<string, PictureOf>>,
  { suffix, dark, width, height }: Look,
): Promise<readonly string[]> {
  const { page, faults } = await openPage(browser, { url, dark, width, height });
  await page.goto('/');
  await page.getByLabel('Password').waitFor();
  if (pages['home']) await save(page, join(to, `sign-in${suffix}.webp`));
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  for (const [name, { path, click, whole }] of Object.entries(pages)) {
    await page.setViewportSize({ width, height });
    await page.goto(`/o/${organisation}${path}`);
    await settled(page);
    if (click) {
      await page.getByRole('button', { name: click }).click();
      await settled(page);
    }
    const tall = await page.evaluate(() => document.documentElement.scrollHeight);
    if (whole && tall > height) {
      await page.setViewportSize({ width, height: Math.min(tall, tallest) });
      await settled(page);
    }
    await save(page, join(to, `${name}${suffix}.webp`));
  }
  await page.context().close();
  return faults;
}

/** Waits until nothing on the page is on its way any more. */
async function settled(page: Page): Promise<void> {
  await page.locator('h1, .notice').first().waitFor({ timeout: 60_000 });
  await page.waitForLoadState('networkidle', { timeout: 2500 }).catch(() => undefined);
  await page.waitForFunction(() => !document.querySelector('.skeleton'), undefined, { timeout: 30_000 });
  // Maps fade in what they draw.
  await page.waitForTimeout((await page.locator('.map').count()) > 0 ? 1500 : 300);
}

/** WebP is what browsers write best, and playwright does not ask for. */
async function save(page: Page, path: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 82 });
  await writeFile(path, Buffer.from(data, 'base64'));
  await session.detach();
}
