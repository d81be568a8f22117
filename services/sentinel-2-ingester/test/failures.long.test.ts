import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

import { closedPort } from '../../../e2e/support/closed-port.ts';
import { box, ingest } from './support/run.ts';
import { serveScenes, within } from './support/scenes.ts';
import type { MadeScene } from './support/scenes.ts';

const scene: MadeScene = { id: 'one', date: '2026-06-01', west: 420_000, north: 6_190_000, red: 1500 };
const region = box(...within(scene, 100));
const cloudy = { 'eo:cloud_cover': 98.24 };

test('an archive that is down is a fault that may pass', async () => {
  await using closed = await closedPort();
  const archive = `http://127.0.0.1:${closed.port}`;
  const { code, outcome } = await ingest({ region, archive });
  expect(code).toBe(1);
  expect(outcome.exit_type).toBe('transient');
  expect(outcome.abort_reason).toMatch(`The satellite image archive at ${archive} cannot be reached: `);
});

test('an archive that is something else is named', async () => {
  const server = createServer((_, response) => void response.end('{"hello":"world"}')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const archive = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { outcome } = await ingest({ region, archive });
  expect(outcome.exit_type).toBe('error');
  expect(outcome.abort_reason).toMatch(
    `The satellite image archive at ${archive} does not answer as a STAC API`,
  );
});

test('days that do not fit are told with their clouds', async () => {
  const archive = await serveScenes(
    { ...scene, properties: cloudy },
    { ...scene, id: 'two', date: '2026-05-29', properties: { 'eo:cloud_cover': 97 } },
    { ...scene, id: 'three', date: '2026-05-01' },
  );
  const { outcome } = await ingest({ region, archive });
  expect(outcome.exit_type).toBe('no_data');
  expect(outcome.abort_reason).toMatch(
    /fits: 2026-06-01 has 98\.2 % cloud; 2026-05-29 has 97 % cloud\. At most 95 % cloud and at least 96 % of the region are asked for$/,
  );
});

test('days that cover too little are told with how much', async () => {
  const archive = await serveScenes(scene);
  const options = {
    latest_date: false,
    start_date: '2026-05-30T00:00:00.000Z',
    end_date: '2026-06-02T12:00:00.000Z',
  };
  const wide = box(...within({ ...scene, west: scene.west + 300 }, 0));
  const { outcome } = await ingest({ region: wide, archive, options });
  expect(outcome.exit_type).toBe('no_data');
  expect(outcome.abort_reason).toMatch(
    /from 2026-05-30 to 2026-06-02 or up to 5 days from there fits: 2026-06-01 covers (49|50|51)(\.\d)? % of the region/,
  );
});

test('a file that the archive lists and does not have is named', async () => {
  const archive = await serveScenes(scene);
  const front = createServer((request, response) => {
    void (async () => {
      if (request.url?.includes('B04') === true) return void response.writeHead(404).end();
      const chunks: Uint8Array[] = [];
      for await (const chunk of request) chunks.push(chunk as Uint8Array);
      const { host } = request.headers;
      const answer = await fetch(`${archive}${request.url}`, {
        method: request.method ?? 'GET',
        headers: {
          'content-type': 'application/json',
          ...(request.headers.range && { range: request.headers.range }),
        },
        ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      });
      const body = Buffer.from(await answer.arrayBuffer());
      const json = answer.headers.get('content-type')?.includes('json') === true;
      response
        .writeHead(answer.status, { 'content-range': answer.headers.get('content-range') ?? '' })
        .end(json ? body.toString().replaceAll(archive, `http://${host}`) : body);
    })();
  }).listen(0, '127.0.0.1');
  await once(front, 'listening');
  onTestFinished(() => void front.close());
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const { outcome } = await ingest({ region, archive: url });
  expect(outcome).toMatchObject({
    exit_type: 'error',
    abort_reason: `A file of the satellite image archive cannot be read: there is no such file: ${url}/assets/sentinel-2-l2a/one/B04.tif`,
  });
});

test.each([
  [{ latest_date: false }, /^There is no start date/],
  [
    { latest_date: false, start_date: '2026-06-02T00:00:00Z', end_date: '2026-06-01T00:00:00Z' },
    /^The end date lies before/,
  ],
  [{ mask: true, mask_classes: '4;5' }, /^mask_classes must be numbers from 1 to 11/],
  [{ mask: true, mask_classes: '12' }, /^mask_classes must be/],
  [{ only_mgrs_cells: 'Glasgow' }, /^only_mgrs_cells must be names such as 30UVG .*"GLASGOW" is none/],
])('%j is refused', async (options, reason) => {
  const { outcome } = await ingest({ region, archive: 'http://127.0.0.1:9', options });
  expect(outcome.exit_type).toBe('refused');
  expect(outcome.abort_reason).toMatch(reason);
});

test('regions beyond all zones and larger than can be made are refused', async () => {
  const polar = await ingest({ region: box(0, 84, 1, 85), archive: 'http://127.0.0.1:9' });
  expect(polar.outcome.abort_reason).toMatch(/^The region lies beyond 84° N/);
  const archive = await serveScenes(scene);
  const huge = box(-6, 54, -2, 57);
  const { outcome } = await ingest({ region: huge, archive, options: { error_no_image: false } });
  expect(outcome.exit_type).toBe('refused');
  expect(outcome.abort_reason).toMatch(/^The region is too large: \d+ x \d+ pixels, and at most 250000000/);
});

test('images without a classification cannot be masked', async () => {
  const archive = await serveScenes({ ...scene, files: ['B04'] });
  const { outcome } = await ingest({ region, archive, options: { mask: true } });
  expect(outcome.abort_reason).toMatch(/^The images have no scene classification/);
  expect((await ingest({ region, archive })).outcome.success).toBe(true);
});
