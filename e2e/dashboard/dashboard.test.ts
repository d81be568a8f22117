import axe from 'axe-core';
import { exampleRegions } from 'fusion-platform';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { email, password } from '../support/platform.ts';
import { chromiumPath, openPage, signIn } from './browser.ts';
import { openStage, startRun } from './stage.ts';
import type { Stage } from './stage.ts';

/** Every look in the long form, two that differ in all in the short one. */
const looks = (
  [
    ['light', 1280],
    ['dark', 390],
    ['dark', 1440],
    ['light', 390],
  ] as const
).slice(0, process.env['FUSION_TEST_LONG'] ? 4 : 2);

/** Why something failed and what to do about it comes as data, and so do the nodes of the platform. */
const said: Readonly<Record<string, readonly string[]>> = {
  home: ['Moody: There is nothing to be had of this slice', 'What you can do: '],
  run: ['There is nothing to be had of this slice', 'What you can do: '],
  component: ['There is nothing to be had of this slice', 'What you can do: ', 'Execute again from here'],
  organisation: ['Nodes of the platform', 'alive'],
};

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

describe.skipIf(!chromiumPath)('the dashboard in a browser (needs chromium)', () => {
  let stage: Stage;
  let region: string;
  let paths: Readonly<Record<string, string>>;

  beforeAll(async () => {
    stage = await openStage();
    const { organisation } = stage;
    const data = await organisation.createData({
      name: 'Glasgow',
      fileType: 'GeoJSON',
      files: [exampleRegions.glasgow],
      wait: true,
    });
    region = data.id;
    await startRun(organisation, 'Sleepy', { region, name: 'A night’s sleep', values: { seconds: '600' } });
    const run = await startRun(organisation, 'Moody', {
      region,
      name: 'Four slices of Glasgow',
      values: { bad_slice: '2' },
      wait: true,
    });
    const { run: told, executions } = await organisation.run(run);
    const { first: service } = await organisation.findServices({ keyword: 'Elevation' });
    const slice = executions.find(({ state }) => state === 'failed')!.components[0]!;
    paths = {
      home: '/',
      runs: '/runs',
      run: `/runs/${run}`,
      map: `/runs/${run}?tab=map`,
      executions: `/runs/${run}?tab=executions`,
      component: `/components/${slice.id}`,
      processes: '/processes',
      process: `/processes/${told.process_id}`,
      services: '/services',
      service: `/services/${service!.id}`,
      data: '/data',
      'data-item': `/data/${region}`,
      organisation: '/organisation',
    };
  });

  afterAll(async () => await stage?.close());

  test('signs in, keeps the session out of the reach of scripts, and has nothing to say against its own policy', async () => {
    const { page, faults } = await openPage(stage.browser, { url: stage.platform.url });
    await page.goto('/');
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill('Wrong-2026');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Incorrect username or password').waitFor();
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Now' }).waitFor();

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
    await page.getByRole('heading', { name: 'Now' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Password').waitFor();
    // The platform has ended it as well: the cookie that somebody kept is good for nothing.
    await page.context().addCookies([cookie!]);
    await page.reload();
    await page.getByLabel('Password').waitFor();
    expect(faults.filter((fault) => !fault.includes('400'))).toEqual([]);
    await page.context().close();
  });

  test('shows a component while it runs: its log and its charts move, and its end is told', async () => {
    const { page, faults } = await openPage(stage.browser, { url: stage.platform.url });
    await signIn(page, email, password);
    await startRun(stage.organisation, 'Sleepy', { region, name: 'A nap', values: { seconds: '30' } });
    // It shows by itself, within a second.
    await page.getByRole('link', { name: 'A nap' }).click();
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

  test.each(looks)(
    'has no serious finding of axe and does not scroll sideways on any page, %s and %i pixels wide',
    async (theme, width) => {
      const { page, faults } = await openPage(stage.browser, {
        url: stage.platform.url,
        dark: theme === 'dark',
        width,
        height: width === 390 ? 844 : 900,
      });
      await page.goto('/');
      await page.getByLabel('Password').waitFor();
      const found: string[] = await seriousFindings();
      await signIn(page, email, password);
      for (const [name, path] of Object.entries(paths)) {
        await page.goto(`/o/${stage.organisation.id}${path}`);
        await page.locator('h1').waitFor();
        await expect.poll(async () => await page.locator('.skeleton').count()).toBe(0);
        for (const text of said[name] ?? []) await page.getByText(text).first().waitFor();
        found.push(...(await seriousFindings()).map((finding) => `${name}: ${finding}`));
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (over > 0) found.push(`${name}: scrolls sideways by ${over} pixels`);
        const laidOver = await page
          .locator('table.runs td')
          .evaluateAll((cells) =>
            cells
              .filter((cell) => cell.scrollWidth > cell.clientWidth)
              .map((cell) => `${cell.textContent} (${cell.scrollWidth} of ${cell.clientWidth} pixels)`),
          );
        found.push(...laidOver.map((cell) => `${name}: reaches into the next cell: ${cell}`));
      }
      expect(found).toEqual([]);
      expect(faults).toEqual([]);
      await page.context().close();

      async function seriousFindings(): Promise<string[]> {
        const violations = (await page.evaluate(
          `${axe.source}; axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations)`,
        )) as Finding[];
        return violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => `${id} ${nodes[0]?.html.slice(0, 120) ?? ''}`);
      }
    },
  );

  test('the keyboard alone goes from the top to a run and its parts', async () => {
    const { page } = await openPage(stage.browser, { url: stage.platform.url });
    await signIn(page, email, password);
    await page.goto(`/o/${stage.organisation.id}${paths['run']}`);
    await page.getByRole('tab', { name: 'Chain' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('tab', { name: 'Map', selected: true }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('tab', { name: 'Executions', selected: true }).waitFor();
    await page.goto(`/o/${stage.organisation.id}/runs`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
    await page.context().close();
  });
});
