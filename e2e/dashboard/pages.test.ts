import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import axe from 'axe-core';
import { exampleRegions } from 'fusion-platform';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { email, password } from '../support/platform.ts';
import { chromiumPath, openPage, signIn } from './browser.ts';
import { openStage, startRun } from './stage.ts';
import type { Stage } from './stage.ts';

/** Where pictures go, when somebody wants to look at them. */
const pictures = process.env['FUSION_PICTURES'];

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

describe.skipIf(!chromiumPath)('every page of the dashboard (needs chromium)', () => {
  let stage: Stage;
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
    const region = data.id;
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
  }, 240_000);

  afterAll(async () => await stage?.close());

  test.each([
    ['light', 1440],
    ['dark', 1440],
    ['light', 390],
    ['dark', 390],
  ] as const)(
    'has no serious finding of axe and does not scroll sideways, %s and %i pixels wide',
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
      await picture('sign-in');
      await signInAndWait();
      for (const [name, path] of Object.entries(paths)) {
        await page.goto(`/o/${stage.organisation.id}${path}`);
        await page.locator('h1').waitFor();
        await page.waitForLoadState('networkidle', { timeout: 3000 }).catch(() => undefined);
        await expect.poll(async () => await page.locator('.skeleton').count(), { timeout: 20_000 }).toBe(0);
        found.push(...(await seriousFindings()).map((finding) => `${name}: ${finding}`));
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (over > 0) found.push(`${name}: scrolls sideways by ${over} pixels`);
        await picture(name);
      }
      expect(found).toEqual([]);
      expect(faults).toEqual([]);
      await page.context().close();

      async function signInAndWait(): Promise<void> {
        await signIn(page, email, password).catch(
          async () => await page.getByRole('button', { name: 'Menu' }).waitFor(),
        );
      }
      async function seriousFindings(): Promise<string[]> {
        const violations = (await page.evaluate(
          `${axe.source}; axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations)`,
        )) as Finding[];
        return violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => `${id} ${nodes[0]?.html.slice(0, 120) ?? ''}`);
      }
      async function picture(name: string): Promise<void> {
        if (!pictures) return;
        await mkdir(pictures, { recursive: true });
        const file = `${name}${theme === 'dark' ? '-dark' : ''}${width === 390 ? '-narrow' : ''}.png`;
        await page.screenshot({ path: join(pictures, file) });
      }
    },
    300_000,
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
