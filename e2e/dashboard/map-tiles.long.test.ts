import { once } from 'node:events';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { logIn } from '../support/api.ts';
import { email, password, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { pmtilesArchive, pngTile, vectorTile } from '../support/pmtiles.ts';
import { chromiumPath, launch, openPage, signIn } from './browser.ts';
import type { Watched } from './browser.ts';
import { buildForTests } from './build.ts';

/** Half of it is land, with a border, a river, a road and two towns. */
const vectors = pmtilesArchive({
  kind: 'mvt',
  maxZoom: 0,
  metadata: {
    attribution: '<a href="https://example.com">© Example & Sons</a><img src="https://example.com/x.png">',
    vector_layers: [
      { id: 'earth' },
      { id: 'water' },
      { id: 'boundaries' },
      { id: 'roads' },
      { id: 'places' },
    ],
  },
  tiles: [
    vectorTile({
      earth: [
        {
          kind: 'polygon',
          points: [
            [0, 0],
            [2048, 0],
            [2048, 4096],
            [0, 4096],
          ],
        },
      ],
      water: [
        {
          kind: 'line',
          points: [
            [1700, 1000],
            [2048, 1500],
          ],
        },
      ],
      boundaries: [
        {
          kind: 'line',
          points: [
            [1500, 0],
            [1500, 4096],
          ],
        },
      ],
      roads: [
        {
          kind: 'line',
          points: [
            [1500, 1400],
            [2048, 1600],
          ],
          properties: { kind: 'highway' },
        },
      ],
      places: [
        { kind: 'point', points: [[1800, 1500]], properties: { name: 'Glaschu', 'name:en': 'Glasgow' } },
        { kind: 'point', points: [[1600, 1700]], properties: { name: 'Oban' } },
      ],
    }),
  ],
});
const teal = [12, 160, 148] as const;
const pictures = pmtilesArchive({
  kind: 'png',
  maxZoom: 1,
  metadata: {},
  tiles: Array.from({ length: 5 }, () => pngTile(teal)),
});

describe.skipIf(!chromiumPath)('a PMTiles archive as base map (needs chromium)', () => {
  let folder: Awaited<ReturnType<typeof testFolder>>;
  let browser: Awaited<ReturnType<typeof launch>>;
  let running: RunningPlatform | undefined;
  let maps: Server | undefined;

  beforeAll(async () => {
    await buildForTests();
    folder = await testFolder();
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
    maps?.closeAllConnections();
    maps?.close();
    await folder?.remove();
  });

  /** A platform with this base map, and the page of a user who is about to draw a region. */
  async function openMap(
    settings: Readonly<Record<string, string>>,
    dark = false,
  ): Promise<Watched & { readonly url: string }> {
    await running?.stop();
    running = await startPlatform(folder.path, { FUSION_STOP_DELAY_SECONDS: '0', ...settings });
    return await look(running.url, dark);
  }

  async function look(url: string, dark: boolean): Promise<Watched & { readonly url: string }> {
    const watched = await openPage(browser, { url, dark });
    const { page } = watched;
    await signIn(page, email, password);
    await page.getByRole('link', { name: 'Data', exact: true }).first().click();
    await page.getByRole('button', { name: 'Draw a region' }).click();
    await page.getByLabel('Map to draw on').waitFor();
    return { ...watched, url };
  }

  test('vectors from a file of the platform are drawn in the colours of the theme, for who is signed in', async () => {
    const file = join(folder.path, 'world.pmtiles');
    await writeFile(file, vectors);
    const light = await openMap({ FUSION_MAP_TILES: file });
    await light.page.getByText('© Example & Sons').waitFor();
    await expect.poll(async () => await colours(light.page)).toContain(await tokenOf(light.page, '--land'));
    expect(await backgrounds(light.page)).toContain(await tokenOf(light.page, '--water'));
    expect(light.faults).toEqual([]);
    await screenshot(light.page, 'map-tiles-light');

    const dark = await look(light.url, true);
    await expect.poll(async () => await colours(dark.page)).toContain(await tokenOf(dark.page, '--land'));
    expect(await colours(dark.page)).not.toContain(await tokenOf(light.page, '--land'));
    expect(dark.faults).toEqual([]);
    await screenshot(dark.page, 'map-tiles-dark');

    // The theme changes while the map is there.
    await dark.page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(async () => await colours(dark.page)).toContain(await tokenOf(light.page, '--land'));
  });

  test('the file is given by range, and to nobody who is not signed in', async () => {
    const address = `${running!.url}/map-tiles.pmtiles`;
    expect((await fetch(address)).status).toBe(401);
    expect((await fetch(address, { headers: { 'x-fusion-platform-session': 'cookie' } })).status).toBe(401);
    const { token } = await logIn(running!.url, email, password);
    const ask = async (range?: string, method = 'GET') =>
      await fetch(address, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(range ? { range } : {}) },
      });
    const head = await ask(undefined, 'HEAD');
    expect(head.headers.get('content-length')).toBe(String(vectors.length));
    const part = await ask('bytes=5-20');
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 5-20/${vectors.length}`);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(vectors.subarray(5, 21));
    expect(Buffer.from(await (await ask()).arrayBuffer())).toEqual(vectors);
    const beyond = await ask(`bytes=${vectors.length}-`);
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${vectors.length}`]);

    // One that takes its place is another one to whoever has read a part of it.
    await writeFile(join(folder.path, 'next'), pictures);
    await rename(join(folder.path, 'next'), join(folder.path, 'world.pmtiles'));
    const after = await ask('bytes=0-9');
    expect(after.headers.get('etag')).not.toBe(part.headers.get('etag'));
    expect(after.headers.get('content-range')).toBe(`bytes 0-9/${pictures.length}`);
  });

  test('pictures from another server are shown, and no other host is asked', async () => {
    const origin = await serveArchive(pictures);
    const { page, faults } = await openMap({
      FUSION_MAP_TILES: `${origin}/world.pmtiles`,
      FUSION_MAP_ATTRIBUTION: 'Teal <b>& Sons</b>',
    });
    await page.getByText('Teal <b>& Sons</b>').waitFor();
    await expect.poll(async () => await colours(page)).toContain(`rgb(${teal.join(', ')})`);
    expect(faults.filter((fault) => fault !== `asked ${origin}/world.pmtiles`)).toEqual([]);
    await screenshot(page, 'map-tiles-pictures');
  });

  test('where the archive cannot be read the countries stand in, and the map says why', async () => {
    const origin = await serveArchive(Buffer.from('This is no archive.'.repeat(100)));
    const { page } = await openMap({ FUSION_MAP_TILES: `${origin}/world.pmtiles` });
    await page.getByText('The map tiles of this platform cannot be shown: ').waitFor();
    await page.getByText('Natural Earth').waitFor();
    await expect.poll(async () => await colours(page)).toContain(await tokenOf(page, '--land'));
  });

  test('a platform whose archive is none does not start, and says so', async () => {
    await running?.stop();
    running = undefined;
    const file = join(folder.path, 'none.pmtiles');
    await writeFile(file, 'no archive');
    await expect(startPlatform(folder.path, { FUSION_MAP_TILES: file })).rejects.toThrow(
      /FUSION_MAP_TILES: .*none\.pmtiles is no PMTiles archive of version 3/,
    );
  });

  async function serveArchive(content: Buffer): Promise<string> {
    maps?.closeAllConnections();
    maps?.close();
    maps = createServer((request, response) => {
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader('access-control-allow-headers', 'range');
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
      const part = content.subarray(Number(from), Number(to) + 1);
      response.writeHead(request.method === 'OPTIONS' ? 204 : 206, { 'content-length': part.length });
      response.end(request.method === 'OPTIONS' ? undefined : part);
    }).listen(0, '127.0.0.1');
    await once(maps, 'listening');
    return `http://127.0.0.1:${(maps.address() as AddressInfo).port}`;
  }
});

/** The colours of the pixels of the map's canvases, of a sample of them. */
async function colours(page: Page): Promise<string[]> {
  return await page.getByLabel('Map to draw on').evaluate((map) => {
    const seen = new Set<string>();
    for (const canvas of map.querySelectorAll('canvas')) {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      for (let i = 0; i < data.length; i += 4 * 97)
        if (data[i + 3] === 255) seen.add(`rgb(${data[i]}, ${data[i + 1]}, ${data[i + 2]})`);
    }
    return [...seen];
  });
}

const backgrounds = async (page: Page): Promise<string[]> =>
  await page
    .getByLabel('Map to draw on')
    .evaluate((map) =>
      [...map.querySelectorAll('.ol-layer')].map((layer) => getComputedStyle(layer).backgroundColor),
    );

const tokenOf = async (page: Page, token: string): Promise<string> =>
  await page.evaluate((name) => {
    const probe = document.createElement('span');
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }, token);

/** For whoever wants to look at it: where the variable names a folder. */
async function screenshot(page: Page, name: string): Promise<void> {
  const to = process.env['FUSION_TEST_SCREENSHOTS'];
  if (!to) return;
  await mkdir(to, { recursive: true });
  await page.getByLabel('Map to draw on').screenshot({ path: join(to, `${name}.png`) });
}
