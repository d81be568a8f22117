import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { addUser, admin } from '../support/admin.ts';
import { email, password, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { chromiumPath, launch, openPage, signIn } from './browser.ts';
import { buildForTests } from './build.ts';

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

async function seriousFindings(page: Page): Promise<string[]> {
  const violations = (await page.evaluate(
    `${axe.source}; axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations)`,
  )) as Finding[];
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  return [
    ...violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }) => `${id} ${nodes[0]?.html.slice(0, 120) ?? ''} ${nodes[0]?.failureSummary ?? ''}`,
      ),
    ...(over > 0 ? [`scrolls sideways by ${over} pixels`] : []),
  ];
}

describe.skipIf(!chromiumPath)('the members of an organisation, in a browser (needs chromium)', () => {
  let platform: RunningPlatform;
  let folder: Awaited<ReturnType<typeof testFolder>>;
  let browser: Browser;

  beforeAll(async () => {
    await buildForTests();
    folder = await testFolder();
    // A first start makes the platform; it is administrated afterwards.
    await (await startPlatform(folder.path)).stop();
    const roles = ['view_processing_chains', 'manage_organisation'];
    await admin(folder.path, 'add-organisation', '--name', 'Survey');
    for (const [organisation, who] of [
      ['Survey', email],
      ['Survey', 'known@example.com'],
      ['My organisation', 'viewer@example.com'],
    ] as const)
      await addUser(folder.path, {
        email: who,
        organisation,
        password,
        roles: who === email ? roles : ['view_processing_chains'],
      });
    platform = await startPlatform(folder.path);
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.stop();
    await folder?.remove();
  });

  const open = async (look: { width?: number; dark?: boolean } = {}) =>
    await openPage(browser, { url: platform.url, ...look, height: 900 });
  /** The page of the first organisation, of somebody who is signed in. */
  const members = async (page: Page): Promise<void> => {
    await page.getByRole('link', { name: 'Organisation', exact: true }).click();
    await page.getByRole('heading', { name: 'Members' }).waitFor();
  };
  const rowOf = (page: Page, who: string) => page.locator('.members > li').filter({ hasText: who });
  const manager = async () => {
    const opened = await open();
    await signIn(opened.page, email, password);
    const { page } = opened;
    const organisation = page.getByRole('combobox', { name: 'Organisation' });
    if (await organisation.count()) await organisation.selectOption({ label: 'My organisation' });
    await members(page);
    return opened;
  };
  const invite = async (page: Page, who: string): Promise<string> => {
    await page.getByRole('button', { name: 'Add somebody' }).click();
    await page.getByLabel('E-mail address').fill(who);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    const link = await page.getByLabel('Link of the invitation').inputValue();
    await page.getByRole('button', { name: 'Copy the link' }).click();
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate(async () => await navigator.clipboard.readText())).toBe(link);
    return link;
  };

  test('somebody new is invited, sets a password and is signed in; then changed and removed', async () => {
    const { page, faults } = await manager();
    const link = await invite(page, 'grace@example.com');
    await page.getByRole('heading', { name: 'Invited' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.locator('form, .inside').getByRole('button', { name: 'Close' }).first().click();

    const guest = await open();
    await guest.page.goto(link);
    await guest.page.getByRole('heading', { name: 'Join My organisation' }).waitFor();
    // What gives access is neither in the address nor in the history any more.
    expect(guest.page.url()).toBe(`${platform.url}/invitation`);
    expect(await seriousFindings(guest.page)).toEqual([]);
    const fill = async (first: string, second: string): Promise<void> => {
      await guest.page.getByLabel('Password', { exact: true }).fill(first);
      await guest.page.getByLabel('Password again').fill(second);
      await guest.page.getByRole('button', { name: 'Join' }).click();
    };
    await guest.page.getByLabel('Given name').fill('Grace');
    await guest.page.getByLabel('Family name').fill('Hopper');
    await fill('Secret-2026', 'Secret-2027');
    await guest.page.getByText('The two passwords are not the same').waitFor();
    await fill('secret', 'secret');
    await guest.page.getByText(/A password needs at least 8 characters/).waitFor();
    await fill('Secret-2026', 'Secret-2026');
    await guest.page.getByRole('navigation', { name: 'Pages' }).waitFor();
    expect(guest.page.url()).toMatch(/\/o\/[\da-f-]{36}$/);
    await members(guest.page);
    await rowOf(guest.page, 'Grace Hopper').getByText('(you)').waitFor();
    expect(await guest.page.getByRole('button', { name: 'Add somebody' }).count()).toBe(0);
    // The link has served; who has it sees why it does not.
    await guest.page.goto(link);
    await guest.page.getByText('This invitation has been used or revoked').waitFor();

    await page.reload();
    const row = rowOf(page, 'Grace Hopper');
    await row.getByRole('button', { name: 'Change what Grace Hopper may do' }).click();
    await row.getByLabel('Publish services').check();
    await row.getByLabel('Run processes').uncheck();
    await row.getByRole('button', { name: 'Change it' }).click();
    await row.getByText('publishes services').waitFor();
    expect(await row.locator('.chip').allTextContents()).toEqual(['looks', 'publishes services']);
    await row.getByRole('button', { name: 'Remove Grace Hopper' }).click();
    const asked = page.getByRole('dialog', { name: 'Remove Grace Hopper?' });
    expect(await asked.innerText()).toMatch(/Processes, runs and data stay with the organisation/);
    await asked.getByRole('button', { name: 'Cancel' }).click();
    await row.getByRole('button', { name: 'Remove Grace Hopper' }).click();
    await asked.getByRole('button', { name: 'Remove' }).click();
    await row.waitFor({ state: 'detached' });
    // That nobody of one's organisations has the address is answered with 404, and the link is made.
    expect(faults.filter((fault) => !fault.includes('404'))).toEqual([]);
    expect(guest.faults.filter((fault) => !/400|401/.test(fault))).toEqual([]);
    await guest.page.context().close();
    await page.context().close();
  });

  test('somebody of another organisation is added at once, and the last one who manages cannot leave', async () => {
    const { page } = await manager();
    await page.getByRole('button', { name: 'Add somebody' }).click();
    await page.getByLabel('E-mail address').fill('known@example.com');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await rowOf(page, 'known@example.com').waitFor();
    await rowOf(page, 'known@example.com').getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await rowOf(page, 'known@example.com').waitFor({ state: 'detached' });

    await rowOf(page, email)
      .getByRole('button', { name: /^Leave/ })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
    await page.getByText(/Nobody else manages "My organisation"/).waitFor();
    expect(await rowOf(page, email).count()).toBe(1);
    await page.context().close();
  });

  test('an invitation is revoked, by keyboard too, and its link is good for nothing', async () => {
    const { page } = await manager();
    const link = await invite(page, 'late@example.com');
    const revoke = page.getByRole('button', { name: 'Revoke the invitation of late@example.com' });
    await revoke.focus();
    await page.keyboard.press('Enter');
    const asked = page.getByRole('dialog', { name: /Revoke the invitation of late@example\.com/ });
    await asked.waitFor();
    await asked.getByRole('button', { name: 'Revoke' }).focus();
    await page.keyboard.press('Enter');
    await revoke.waitFor({ state: 'detached' });
    expect(await page.getByRole('heading', { name: 'Invited' }).count()).toBe(0);
    const guest = await open();
    await guest.page.goto(link);
    await guest.page.getByText('This invitation has been used or revoked').waitFor();
    await guest.page.goto('/invitation');
    await guest.page.getByText('The link is not whole').waitFor();
    await guest.page.context().close();
    await page.context().close();
  });

  test.each([
    ['light', 1440],
    ['dark', 390],
  ] as const)(
    'has no serious finding of axe with its forms open, %s and %i pixels wide',
    async (theme, width) => {
      const { page } = await open({ width, dark: theme === 'dark' });
      await page.goto('/');
      await page.getByLabel('E-mail address').fill(email);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(/\/o\//);
      const home = new URL(page.url());
      await page.goto(`${home.origin}${home.pathname.replace(/\/$/, '')}/organisation`);
      await page.getByRole('button', { name: 'Add somebody' }).click();
      await page
        .getByRole('button', { name: /^Change what/ })
        .first()
        .click();
      await page.getByRole('button', { name: 'Change it' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      const guest = await open({ width, dark: theme === 'dark' });
      await guest.page.goto('/invitation#code=none');
      await guest.page.getByText('It cannot be used').waitFor();
      expect(await seriousFindings(guest.page)).toEqual([]);
      await guest.page.context().close();
      await page.context().close();
    },
  );
});
