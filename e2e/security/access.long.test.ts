import { once } from 'node:events';
import { chmod, mkdir, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { addUser, admin } from '../support/admin.ts';
import { call, logIn } from '../support/api.ts';
import type { Session } from '../support/api.ts';
import { flow, square } from '../support/flow.ts';
import type { Flow } from '../support/flow.ts';
import { root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { writeService } from '../support/service.ts';

const password = 'Landsat-1972';
const ssds = {
  restricted: '6b0e8a1c-3f0a-4f53-9c50-0c3f39a7d011',
  hidden: '6b0e8a1c-3f0a-4f53-9c50-0c3f39a7d012',
  service: '6b0e8a1c-3f0a-4f53-9c50-0c3f39a7d013',
  open: '6b0e8a1c-3f0a-4f53-9c50-0c3f39a7d014',
};

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;
let owner: Session;
let analyst: Flow;
let region: { readonly id: string; readonly file: Record<string, unknown> };
const all = ['view_processing_chains', 'create_and_execute_processing_chains', 'manage_organisation'];

beforeAll(async () => {
  folder = await testFolder();
  await mkdir(join(folder.path, 'platform'), { recursive: true });
  await chmod(join(folder.path, 'platform'), 0o755);
  const services = join(folder.path, 'services');
  const elsewhere = ['00000000-0000-4000-8000-00000000000a'];
  const dispatcher = { dispatcher: true, options: [] };
  await writeService(services, {
    name: 'Restricted',
    ssd_id: ssds.restricted,
    organisations: elsewhere,
    ...dispatcher,
  });
  await writeService(services, { name: 'Hidden', ssd_id: ssds.hidden, published: false, ...dispatcher });
  await writeService(services, { name: 'Open', ssd_id: ssds.open, ...dispatcher });
  await writeService(services, {
    name: 'Private',
    id: '6b0e8a1c-3f0a-4f53-9c50-0c3f39a7d0ff',
    ssd_id: ssds.service,
    organisations: elsewhere,
    inputs: [{ number: 1, file_type: 'GeoJSON' }],
    outputs: [{ number: 1, name: 'Result', file_type: 'Other', optional: true }],
  });
  // The first organisation owns the services, and may see them all: it is made by a first start.
  await (await startPlatform(folder.path)).stop();
  await admin(folder.path, 'add-organisation', '--name', 'Publishers');
  await admin(folder.path, 'add-organisation', '--name', 'Owners', '--credits', '100');
  const user = { organisation: 'Owners', password };
  await addUser(folder.path, { ...user, email: 'owner@example.com', roles: all });
  await addUser(folder.path, { ...user, email: 'leaver@example.com', roles: all });
  await addUser(folder.path, { ...user, email: 'clerk@example.com', roles: ['manage_organisation'] });
  platform = await startPlatform(folder.path, {
    FUSION_SERVICES: `${services},${join(root, 'e2e/services')}`,
  });
  owner = await logIn(platform.url, 'owner@example.com', password);
  analyst = flow(platform.url, owner);
  region = await analyst.upload(JSON.stringify(square));
});

afterAll(async () => {
  await platform?.stop();
  await folder?.remove();
});

test('an address that is none is no user’s', async () => {
  await expect(
    admin(folder.path, 'add-user', '--email', 'weird', '--organisation', 'Owners'),
  ).rejects.toThrow(/weird.* is not an e-mail address/);
});

test('the data folder was made private, and what is made in it is', async () => {
  for (const name of ['', 'database', 'objects', 'runtime', 'attempts'])
    expect([name, (await stat(join(folder.path, 'platform', name))).mode & 0o077]).toEqual([name, 0]);
});

describe('a restricted or unpublished service', () => {
  test('is neither offered as a dispatcher, nor taken, nor shown', async () => {
    const made = await analyst.process('Copy', region.id);
    const { extras } = (await analyst.must('GET', `/processes/${String(made['id'])}`)) as {
      extras: { dispatchers: { ssd_id: string; name: string }[] };
    };
    expect(extras.dispatchers.map(({ name }) => name)).toEqual(['Open', 'Post']);
    expect((await analyst.list('/services/dispatchers')).map(({ name }) => name)).toEqual(['Open', 'Post']);
    for (const ssdId of [ssds.restricted, ssds.hidden]) {
      const { status, body } = await analyst.send('PATCH', `/processes/${String(made['id'])}`, {
        'Process[dispatchers]': [{ ssd_id: ssdId, name: 'Post', options: [] }],
      });
      expect([status, body['code']]).toEqual([400, 'invalid_model']);
    }
    expect((await analyst.send('GET', '/services/6b0e8a1c-3f0a-4f53-9c50-0c3f39a7d0ff')).status).toBe(404);
  });

  test('of dispatchers a process takes 32', async () => {
    const made = await analyst.process('Copy', region.id);
    const { status, body } = await analyst.send('PATCH', `/processes/${String(made['id'])}`, {
      'Process[dispatchers]': Array.from({ length: 20_000 }, () => ({ ssd_id: ssds.open, name: 'Open' })),
    });
    expect([status, body['fields']]).toMatchObject([400, [{ path: 'dispatchers' }]]);
  });
});

test('processes and data are shown to whom may view them', async () => {
  const clerk = flow(platform.url, await logIn(platform.url, 'clerk@example.com', password));
  for (const path of ['/processes', '/data/uploaded', `/data/${region.id}`, '/runs'])
    expect([path, (await clerk.send('GET', path)).status]).toEqual([path, 403]);
  expect((await clerk.send('GET', '/services/latest')).status).toBe(200);
});

describe('with its user', () => {
  test('a live stream ends, and an address is good for nothing', async () => {
    const leaver = await logIn(platform.url, 'leaver@example.com', password);
    const own = flow(platform.url, leaver);
    const execution = await own.execute(await own.process('Endless', region.id));
    const { extras } = (await own.must(
      'GET',
      `/data/${region.id}/download_file/${String(region.file['file_id'])}`,
    )) as { extras: { url: string } };
    expect((await fetch(extras.url)).status).toBe(200);
    const stream = await fetch(
      `${platform.url}/organisations/${leaver.organisation}/process_executions/${execution}/events`,
      { headers: { authorization: `Bearer ${leaver.token}` } },
    );
    expect(stream.status).toBe(200);
    const ended = stream.text();
    const { status } = await call(platform.url, 'DELETE', `/users/${leaver.user}`, { token: leaver.token });
    expect(status).toBe(200);
    expect(await ended).not.toContain('event: end');
    expect((await fetch(extras.url)).status).toBe(403);
    const [process_] = await analyst.list('/processes?reverse=True&limit=1');
    await analyst.must('POST', `/processes/${String(process_!['id'])}/stop`);
  });
});

describe.each([
  ['is removed', 'DELETE', '', undefined, 404],
  ['loses the roles for it', 'POST', '/change_roles', { Member: { roles: [] } }, 403],
] as const)('once a member %s', (_, method, what, body, status) => {
  test('their live stream ends at once, their addresses are good for nothing, and what they made stays', async () => {
    const email = `member-${status}@example.com`;
    const { model } = (await analyst.must('POST', '/invitations', {
      'Invitation[email]': email,
      'Invitation[roles]': all.slice(0, 2),
    })) as { model: { url: string } };
    const code = model.url.split('#code=')[1]!;
    const accept = { body: { Invitation: { code, password } } };
    expect((await call(platform.url, 'POST', '/users/invitation/accept', accept)).status).toBe(200);
    const member = await logIn(platform.url, email, password);
    const own = flow(platform.url, member);
    const made = await own.process('Endless', region.id);
    const execution = await own.execute(made);
    const { extras } = (await own.must(
      'GET',
      `/data/${region.id}/download_file/${String(region.file['file_id'])}`,
    )) as { extras: { url: string } };
    const { id } = await own.model('POST', '/data', { 'Data[name]': 'Never sent' });
    const announced = (await own.must('POST', `/data/${String(id)}/add_file`, {
      Data: { name: 'never.geojson', file_type: 'GeoJSON' },
    })) as { extras: { url: string } };
    expect((await fetch(extras.url)).status).toBe(200);
    const stream = await fetch(
      `${platform.url}/organisations/${member.organisation}/process_executions/${execution}/events`,
      { headers: { authorization: `Bearer ${member.token}` } },
    );
    expect(stream.status).toBe(200);
    const ended = stream.text();
    await analyst.must(method, `/members/${member.user}${what}`, body);
    expect(await ended).not.toContain('event: end');
    expect((await fetch(extras.url)).status).toBe(403);
    expect((await fetch(announced.extras.url, { method: 'PUT', body: '{}' })).status).toBe(403);
    expect((await own.send('GET', '/processes')).status).toBe(status);
    expect(await analyst.model('GET', `/process_executions/${execution}`)).toMatchObject({ id: execution });
    await analyst.must('POST', `/processes/${String(made['id'])}/stop`);
  });
});

test('a user follows 32 things live at most', async () => {
  const execution = await analyst.execute(await analyst.process('Endless', region.id));
  const path = `/organisations/${owner.organisation}/process_executions/${execution}/events`;
  const opened = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const asked = request(`${platform.url}${path}`, {
        headers: { authorization: `Bearer ${owner.token}` },
      }).end();
      const [response] = (await once(asked, 'response')) as [{ statusCode: number }];
      return { asked, status: response.statusCode };
    }),
  );
  for (const { asked } of opened) asked.destroy();
  expect(opened.filter(({ status }) => status === 200)).toHaveLength(32);
  expect(opened.filter(({ status }) => status === 429)).toHaveLength(8);
  const [process_] = await analyst.list('/processes?reverse=True&limit=1');
  await analyst.must('POST', `/processes/${String(process_!['id'])}/stop`);
});
