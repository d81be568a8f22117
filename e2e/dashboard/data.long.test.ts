import { join } from 'node:path';

import { startSampleArchive } from '@fusion-platform/sample-archive';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { gdalAbsent } from '../support/rasters.ts';
import { email, password, root } from '../support/platform.ts';
import { chromiumPath, openPage, signIn } from './browser.ts';
import { pixelsOf, rasterInUtm } from './rasters.ts';
import { openStage } from './stage.ts';
import type { Stage } from './stage.ts';

describe.skipIf(!chromiumPath)('data and services in the dashboard (needs chromium)', () => {
  let stage: Stage;
  let archive: Awaited<ReturnType<typeof startSampleArchive>>;
  let page: Page;
  let faults: string[];
  const at = (path: string): string => `/o/${stage.organisation.id}${path}`;
  /** Points at the map of a raster until it says what is there: it is shown before its values are read. */
  const pointUntil = async (said: RegExp): Promise<void> => {
    const map = page.getByLabel('Map of the raster');
    let turn = 0;
    const look = async (): Promise<number> => {
      const { width, height } = (await map.boundingBox())!;
      await map.hover({ position: { x: width / 2 + (turn++ % 2), y: height / 2 } });
      return await page.getByText(said).count();
    };
    await expect.poll(look, { interval: 500 }).toBeGreaterThan(0);
  };

  beforeAll(async () => {
    archive = await startSampleArchive({
      folder: join(root, 'node_modules', '.cache', 'sample-archive'),
      collections: ['cop-dem-glo-30'],
    });
    stage = await openStage({ FUSION_DEM_STAC_URL: archive.stacUrl });
    ({ page, faults } = await openPage(stage.browser, { url: stage.platform.url }));
    await signIn(page, email, password);
  });

  afterAll(async () => {
    await stage?.close();
    await archive?.close();
  });

  test('a region is kept by its bounds, and one by drawing', async () => {
    await page.goto(at('/data'));
    await page.getByText('There is no data yet').waitFor();
    await page.getByRole('button', { name: 'Draw a region' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Kelvin');
    await page.getByLabel('or its bounds').fill('-4.32, 55.85, -4.26, 55.89');
    await page.getByRole('button', { name: 'Show them' }).click();
    await page.getByRole('button', { name: 'Keep the region' }).click();
    await page.getByRole('link', { name: 'Kelvin' }).waitFor();

    await page.getByRole('button', { name: 'Draw a region' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Drawn');
    const map = page.getByLabel('Map to draw on');
    await map.click({ position: { x: 300, y: 120 } });
    await map.click({ position: { x: 420, y: 200 } });
    await page.getByRole('button', { name: 'Keep the region' }).click();
    await page.getByRole('link', { name: 'Drawn' }).waitFor();

    // Previews are drawn in dark lines: they have a light ground in the dark theme too.
    await page.getByRole('link', { name: 'Kelvin' }).click();
    await page.emulateMedia({ colorScheme: 'dark' });
    const ground = await page
      .getByAltText(/^Preview of /)
      .evaluate((image) => getComputedStyle(image).backgroundImage);
    const colours = new Set(ground.match(/rgb[^)]*\)/g));
    expect([...colours]).toEqual(['rgb(238, 241, 244)', 'rgb(255, 255, 255)']);
    await page.emulateMedia({ colorScheme: 'light' });
    expect(faults).toEqual([]);
  });

  test('Elevation is started by its form and watched to its end, and its raster is on the map in degrees', async () => {
    await page.goto(at('/services'));
    await page.getByRole('link', { name: 'Elevation', exact: true }).click();
    await page.getByLabel('Name of the process').fill('Heights of Kelvin');
    await page.getByLabel(/Region|DEM|Input/).selectOption({ label: 'Kelvin' });
    await page.getByLabel('Contours', { exact: true }).check();
    const interval = page.getByLabel('Contour interval');
    await interval.fill('0');
    await page.getByText('contour_interval: 0 is less than 0.5').waitFor();
    await interval.fill('5');
    await page.getByRole('button', { name: 'Check and show the price' }).click();
    await page.getByText(/costs .* credits a run/).waitFor();
    await page.getByRole('button', { name: 'Execute', exact: true }).click();
    await page.getByRole('heading', { name: 'Heights of Kelvin' }).waitFor();
    await page.getByText('100 %').waitFor();
    await page.getByRole('link', { name: 'Elevation', exact: true }).click();
    await page.getByText('The raster is in EPSG:4326').waitFor();
    await expect.poll(async () => await pixelsOf(page, 'Map of the raster')).toBeGreaterThan(50);
    await pointUntil(/Elevation: [\d.,]+ m/);
    expect(faults).toEqual([]);
  });

  test.skipIf(gdalAbsent)('a raster in UTM is uploaded and lies where it belongs (needs GDAL)', async () => {
    const path = await rasterInUtm(stage.folder);
    await page.goto(at('/data'));
    await page.getByLabel('Files to upload').setInputFiles(path);
    await page.getByRole('link', { name: 'utm' }).click();
    await page.getByText('The raster is in EPSG:32630').waitFor();
    await expect.poll(async () => await pixelsOf(page, 'Map of the raster')).toBeGreaterThan(2);
    // It was made of one value, around 55.86 N, 4.25 W.
    await pointUntil(/: 42$/);
    await page.getByText(/55\.8\d+° N, 4\.2\d+° W/).waitFor();
    expect(faults).toEqual([]);
  });

  test('an upload is sent again by itself once the connection is back', async () => {
    await page.goto(at('/data'));
    await page.getByRole('heading', { name: 'Data' }).waitFor();
    await page.context().setOffline(true);
    const square = {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [0.1, 0],
          [0.1, 0.1],
          [0, 0.1],
          [0, 0],
        ],
      ],
    };
    await page.getByLabel('Files to upload').setInputFiles({
      name: 'far.geojson',
      mimeType: 'application/geo+json',
      buffer: Buffer.from(JSON.stringify(square)),
    });
    await page.getByText('it is sent again, from its start, once it is back').waitFor();
    await page.context().setOffline(false);
    await page.getByRole('link', { name: 'far' }).waitFor();
    const { all } = await stage.organisation.findData({ name: 'far' });
    expect((await all.toArray()).length).toBe(1);
    // That nothing could be reached, and that nothing was left behind, is told by the browser.
    const told = /ERR_INTERNET_DISCONNECTED|404/;
    expect(faults.splice(0).filter((fault) => !told.test(fault))).toEqual([]);
  });

  test('a process by schedule is made by its form, with a dispatcher', async () => {
    await page.goto(at('/services'));
    await page.getByRole('link', { name: 'Elevation', exact: true }).click();
    await page.getByLabel('Name of the process').fill('Heights each week');
    await page.getByLabel(/Region|DEM|Input/).selectOption({ label: 'Kelvin' });
    await page.getByLabel('By a schedule').check();
    await page.getByLabel('First run').fill('2099-01-05T06:00');
    await page.getByLabel('Runs', { exact: true }).fill('0');
    await page.getByText('A whole number from 1').waitFor();
    await page.getByLabel('Runs', { exact: true }).fill('3');
    await page.getByRole('button', { name: 'Add Email' }).click();
    await page.getByLabel('E-mail addresses').fill(email);
    await page.getByRole('button', { name: 'Check and show the price' }).click();
    await page.getByText('It runs 3 times at most').waitFor();
    await page.getByRole('button', { name: 'Start the schedule' }).click();
    await page.getByText('every week, next at').waitFor();
    await page.getByText('E-mail addresses: analyst@example.com').waitFor();
    expect(faults).toEqual([]);
  });

  test('a webhook is made by its form, its secret is shown once, and it is deleted again', async () => {
    await page.goto(at('/organisation'));
    await page.getByRole('button', { name: 'Add a webhook' }).click();
    await page.getByLabel('Address that is called').fill('https://example.com/told');
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByText(/^whsec_/).waitFor();
    await page.getByRole('button', { name: 'I have kept it' }).click();
    const row = page.getByRole('row').filter({ hasText: 'https://example.com/told' });
    await row.getByRole('button', { name: 'Switch off' }).click();
    await row.getByText('switched off').waitFor();
    await row.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No address is told what happens').waitFor();
    expect(faults).toEqual([]);
  });
});
