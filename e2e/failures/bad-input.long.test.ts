import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { call, logIn } from '../support/api.ts';
import { attemptsIn } from '../support/attempts.ts';
import { flow, square } from '../support/flow.ts';
import type { Flow } from '../support/flow.ts';
import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';

const seesProcesses = existsSync('/proc/self/environ');

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;
let steps: Flow;
let region: string;

beforeAll(async () => {
  folder = await testFolder();
  platform = await startPlatform(folder.path, {
    FUSION_SERVICES: join(root, 'e2e/services'),
    FUSION_STOP_DELAY_SECONDS: '0',
  });
  steps = flow(platform.url, await logIn(platform.url, email, password));
  ({ id: region } = await steps.upload(JSON.stringify(square)));
});

afterAll(async () => {
  await platform?.stop();
  await folder?.remove();
});

describe('an uploaded file that is not what it claims ends as an error with its reason, and the platform carries on', () => {
  const bowTie = {
    type: 'Polygon',
    coordinates: [
      [
        [-4.3, 55.8],
        [-4.2, 55.9],
        [-4.2, 55.8],
        [-4.3, 55.9],
        [-4.3, 55.8],
      ],
    ],
  };
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, ' '));
  test.each([
    ['not JSON', 'this is no JSON', /JSON/i],
    ['JSON but not GeoJSON', '{"hello": "world"}', /GeoJSON/],
    ['a zip bomb', new Uint8Array(bomb), /gzip|compressed/i],
    [
      'a polygon that crosses itself',
      JSON.stringify({ type: 'Feature', properties: {}, geometry: bowTie }),
      /cross/i,
    ],
    [
      'coordinates off the globe',
      JSON.stringify({ type: 'Point', coordinates: [512, 1024] }),
      /512|range|longitude|latitude/i,
    ],
    ['nothing', '', /empty/i],
  ])('%s', async (_, content, reason) => {
    const { id, file } = await steps.upload(content);
    expect(file).toMatchObject({ error: true });
    expect(String(file['description'])).toMatch(reason);
    const refused = await steps.process('Copy', id).then(
      () => 'accepted',
      (error: Error) => error.message,
    );
    expect(refused).toMatch(/error/i);
    await steps.must('DELETE', `/data/${id}`);
  });

  test('a GeoTIFF that is a text', async () => {
    const { id, file } = await steps.upload('II*\0 but no more', { name: 'dem.tif', fileType: 'GeoTIFF' });
    expect(file).toMatchObject({ error: true });
    expect(String(file['description'])).toMatch(/TIFF/);
    await steps.must('DELETE', `/data/${id}`);
  });
});

describe('a body of the wrong types', () => {
  test('is refused with every offending path', async () => {
    const { status, body } = await steps.send('POST', '/processes', {
      'Process[name]': 5,
      'Process[run_type]': null,
      'Process[options]': [{ name: 7 }],
    });
    expect(status).toBe(400);
    const paths = (body['fields'] as { path: string }[]).map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['name', 'run_type', 'options[0].name', 'options[0].ssd_id']),
    );
  });

  test('an option outside its validation is refused by name, and no process is left', async () => {
    const before = (await steps.list('/processes')).length;
    await expect(steps.process('Sleepy', region, { seconds: 'many' })).rejects.toThrow(/seconds/);
    expect((await steps.list('/processes')).length).toBe(before);
  });
});

test('a token that is none says so', async () => {
  const { status, body } = await call(platform.url, 'GET', '/users/6f1c2a52-4d4c-4f0a-9d1f-6c3f0f6f1a11', {
    token: 'a.b.c',
  });
  expect(status).toBe(401);
  expect(body['error_message']).toMatch(/log in/i);
});

describe('a component that fails', () => {
  test('by exit code 1 tells why, keeps its log and metrics, and costs nothing', async () => {
    const credits = await steps.credits();
    const execution = await steps.execute(await steps.process('Exit', region));
    const ended = await steps.ended(execution);
    expect(ended).toMatchObject({ success: false, abort: true, exit_type: 'service_error' });
    expect(String(ended['abort_reason'])).not.toBe('');
    const [component] = await steps.components(execution);
    expect(component).toMatchObject({ success: false });
    expect((component!['metrics'] as unknown[]).length).toBeGreaterThan(0);
    expect((await steps.logs(component!)).length).toBeGreaterThan(0);
    expect(await steps.credits()).toBeCloseTo(credits, 6);
  });

  test('by writing no output names the output', async () => {
    const execution = await steps.execute(await steps.process('No output', region));
    const ended = await steps.ended(execution);
    expect(ended).toMatchObject({ success: false, exit_type: 'no_output' });
    expect(String(ended['abort_reason'])).toMatch(/output 1/i);
  });

  test('by never ending is stopped, and no process of it is left (looked for where there is /proc)', async () => {
    const process_ = await steps.process('Endless', region);
    const execution = await steps.execute(process_);
    const [component] = await steps.components(execution);
    for (;;) {
      if ((await steps.logs(component!)).length > 1) break;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(!seesProcesses || attemptsIn(folder.path).length > 0).toBe(true);
    await steps.must('POST', `/processes/${String(process_['id'])}/stop`);
    expect(await steps.ended(execution)).toMatchObject({ success: false, stopped: true });
    expect((await steps.logs(component!)).length).toBeGreaterThan(1);
    await steps.must('DELETE', `/processes/${String(process_['id'])}`);
    expect(seesProcesses ? attemptsIn(folder.path) : []).toEqual([]);
  });
});
