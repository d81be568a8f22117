import { execFileSync } from 'node:child_process';

import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

/** The browser of the system: none is downloaded. */
export const chromiumPath = ['chromium', 'google-chrome', 'chrome'].flatMap((name) => {
  try {
    return [execFileSync('which', [name], { encoding: 'utf8' }).trim()];
  } catch {
    return [];
  }
})[0];

export const launchOptions = {
  executablePath: chromiumPath!,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

export async function launch(): Promise<Browser> {
  return await chromium.launch(launchOptions);
}

export interface Watched {
  readonly page: Page;
  /** What went wrong in the page: errors of scripts, breaches of its policy, requests to other places. */
  readonly faults: string[];
}

export async function openPage(
  browser: Browser,
  options: {
    readonly url: string;
    readonly width?: number;
    readonly height?: number;
    readonly dark?: boolean;
  },
): Promise<Watched> {
  const { url, width = 1440, height = 900, dark = false } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    baseURL: url,
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    acceptDownloads: true,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  // For what never comes: on a busy machine, what comes is late.
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // That nobody is logged in yet is asked, and answered with 401.
    if (message.type() === 'error' && !message.text().includes('401')) faults.push(message.text());
  });
  page.on('request', (request) => {
    const to = request.url();
    if (!to.startsWith(url) && !to.startsWith('blob:') && !to.startsWith('data:')) faults.push(`asked ${to}`);
  });
  return { page, faults };
}

export async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.goto('/');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}
