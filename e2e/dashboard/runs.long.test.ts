import { readFile } from 'node:fs/promises';

import { exampleRegions } from 'fusion-platform';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { email, password } from '../support/platform.ts';
import { chromiumPath, openPage, signIn } from './browser.ts';
import { openStage, startRun } from './stage.ts';
import type { Stage } from './stage.ts';

describe.skipIf(!chromiumPath)('runs in the dashboard (needs chromium)', () => {
  let stage: Stage;
  let page: Page;
  let faults: string[];
  let region: string;
  const at = (path: string): string => `/o/${stage.organisation.id}${path}`;

  beforeAll(async () => {
    stage = await openStage();
    const data = await stage.organisation.createData({
      name: 'Glasgow',
      fileType: 'GeoJSON',
      files: [exampleRegions.glasgow],
      wait: true,
    });
    region = data.id;
    ({ page, faults } = await openPage(stage.browser, { url: stage.platform.url }));
    await signIn(page, email, password);
  });

  afterAll(async () => await stage?.close());

  test('a group of which a slice fails says which and why, and that slice is executed again from the map', async () => {
    const run = await startRun(stage.organisation, 'Moody', {
      region,
      name: 'Group',
      values: { bad_slice: '2' },
      wait: true,
    });
    await page.goto(at(`/runs/${run}?tab=map`));
    await page.getByText('There is nothing to be had of this slice').first().waitFor();
    await page.getByRole('link', { name: 'Slice 3, Moody' }).waitFor();
    await page.getByRole('button', { name: 'Choose all that failed' }).click();
    await page.getByText('2 executions chosen').waitFor();
    await page.getByRole('button', { name: 'Execute again', exact: true }).click();
    // The bad slice succeeds at its second attempt, and the aggregator follows by itself.
    await page.getByText('of 5 succeeded').waitFor();
    expect(faults).toEqual([]);
  });

  test('a slice is chosen by a click on the map', async () => {
    const map = page.getByLabel('Map of the run');
    const box = (await map.boundingBox())!;
    await map.click({ position: { x: box.width / 2 - 60, y: box.height / 2 - 60 } });
    await page.getByText('1 execution chosen').waitFor();
    expect(faults).toEqual([]);
  });

  test('a long run is stopped, after a question, and says that it was', async () => {
    const run = await startRun(stage.organisation, 'Endless', { region, name: 'Long' });
    await page.goto(at(`/runs/${run}`));
    await page.getByText('Running').first().waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped').first().waitFor();
    await page.getByRole('button', { name: 'Execute again from the failure' }).waitFor();
    expect(faults).toEqual([]);
  });

  test('a log is searched on the platform, linked to by line, and downloaded as CSV', async () => {
    const run = await startRun(stage.organisation, 'Chatty', {
      region,
      name: 'Talk',
      values: { records: '5000' },
      wait: true,
    });
    const { executions } = await stage.organisation.run(run);
    const component = executions[0]!.components[0]!.id;
    await page.goto(at(`/components/${component}?line=2500`));
    await page.getByText('record 2500:').waitFor();
    await page.getByLabel('Search in the log').fill('RECORD 4321:');
    await page.getByText('1 matching line').waitFor();
    await page.getByRole('rowheader', { name: '4,321' }).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download CSV' }).click();
    const text = await readFile(await (await download).path(), 'utf8');
    expect(text.startsWith('logged_at,message')).toBe(true);
    expect(text).toContain('record 5000:');
    expect(faults).toEqual([]);
  });

  test('the connection is said to be lost while the platform does not answer, and is mended by itself', async () => {
    await page.goto(at('/'));
    await page.getByText('Ended lately').waitFor();
    await page.context().setOffline(true);
    await page.getByText('The connection to the platform is lost').waitFor();
    await page.context().setOffline(false);
    await page.getByText('The connection to the platform is lost').waitFor({ state: 'detached' });
    expect(await page.getByText('Ended lately').count()).toBe(1);
  });
});
