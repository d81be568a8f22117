import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { calls } from '@fusion-platform/contract';
import { login } from 'fusion-platform';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { archiveOf } from '../../apps/platform/src/catalogue/publishing/testing/archive.ts';
import { bubblewrapWorks } from '../../apps/platform/src/runtimes/testing/bubblewrap.ts';
import { admin } from '../support/admin.ts';
import { call, logIn } from '../support/api.ts';
import type { Session } from '../support/api.ts';
import { flow, square } from '../support/flow.ts';
import { root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';

const password = 'Landsat-1972';

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;
let owner: Session;
let stranger: Session;
let viewer: Session;
/** The owner's things, by the name of the path parameter that names them. */
const ids: Record<string, string> = {};

beforeAll(async () => {
  folder = await testFolder();
  // A first start makes the platform; it is administrated afterwards.
  await (await startPlatform(folder.path, { FUSION_SERVICES: join(root, 'e2e/services') })).stop();
  for (const name of ['Owners', 'Strangers'])
    await admin(folder.path, 'add-organisation', '--name', name, '--credits', '100');
  const everything = [
    'view_processing_chains',
    'create_and_execute_processing_chains',
    'create_ssds',
    'audit_ssds',
    'manage_organisation',
  ];
  const all = everything.flatMap((role) => ['--role', role]);
  await admin(
    folder.path,
    'add-user',
    '--email',
    'owner@example.com',
    '--organisation',
    'Owners',
    '--password',
    password,
    ...all,
  );
  await admin(
    folder.path,
    'add-user',
    '--email',
    'stranger@example.com',
    '--organisation',
    'Strangers',
    '--password',
    password,
    ...all,
  );
  await admin(
    folder.path,
    'add-user',
    '--email',
    'viewer@example.com',
    '--organisation',
    'Owners',
    '--password',
    password,
    '--role',
    'view_processing_chains',
  );

  platform = await startPlatform(folder.path, { FUSION_SERVICES: join(root, 'e2e/services') });
  owner = await logIn(platform.url, 'owner@example.com', password);
  stranger = await logIn(platform.url, 'stranger@example.com', password);
  viewer = await logIn(platform.url, 'viewer@example.com', password);

  const steps = flow(platform.url, owner);
  const { id, file } = await steps.upload(JSON.stringify(square));
  const process_ = await steps.process('Copy', id);
  const execution = await steps.execute(process_);
  const { success } = await steps.ended(execution);
  if (success !== true) throw new Error('the execution that the test needs has failed');
  const [component] = await steps.components(execution);
  const webhook = await steps.model('POST', '/webhooks', {
    'Webhook[url]': 'https://example.com/hook',
    'Webhook[events]': ['execution.ended'],
  });
  const invitation = await steps.model('POST', '/invitations', {
    'Invitation[email]': 'newcomer@example.com',
    'Invitation[roles]': ['view_processing_chains'],
  });
  const { body: listed } = await call(platform.url, 'GET', `/users/${owner.user}/sessions`, {
    token: owner.token,
  });
  const sessions = listed['list'] as { id: string }[];
  Object.assign(ids, {
    service_version_id: await publishVersion(),
    user_id: owner.user,
    organisation_id: owner.organisation,
    credit_id: owner.organisation,
    data_id: id,
    file_id: String(file['file_id']),
    service_id: String(process_['service_id']),
    process_id: String(process_['id']),
    process_execution_id: execution,
    run_id: execution,
    session_id: sessions[0]!.id,
    process_service_execution_id: String(component!['id']),
    webhook_id: String(webhook['id']),
    member_id: owner.user,
    invitation_id: String(invitation['id']),
  });
});

/** A version of the owner's. Where services are not taken there can be none, and an id stands in for it. */
async function publishVersion(): Promise<string> {
  if (!bubblewrapWorks()) return randomUUID();
  const copy = join(root, 'e2e/services/copy');
  const text = await readFile(join(copy, 'service.yaml'), 'utf8');
  const serviceFile = text.replace(/^ssd_id: .*$/m, `ssd_id: ${randomUUID()}`);
  const archive = join(folder.path, 'copy.tar.gz');
  const main = await readFile(join(copy, 'main.mjs'));
  await writeFile(
    archive,
    archiveOf([
      { path: 'service.yaml', content: serviceFile },
      { path: 'main.mjs', content: main },
    ]),
  );
  const session = await login({ apiUrl: platform.url, email: 'owner@example.com', password });
  const organisation = await session.user.organisations().first();
  const { id } = await organisation!.publishService({ serviceFile, archive });
  return id;
}

afterAll(async () => {
  await platform?.stop();
  await folder?.remove();
});

/** Those that name something; what a call without names acts on is the session that asks. */
const guarded = Object.values(calls).filter(({ authenticated, path }) => authenticated && path.includes('{'));

function pathOf(path: string, changed: Record<string, string> = {}): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const id = changed[name] ?? ids[name];
    if (!id) throw new Error(`the test has no ${name}`);
    return id;
  });
}

/** A body that would be understood, so that a refusal is about who asks. */
function bodyOf(entry: (typeof guarded)[number]): unknown {
  switch (entry.body.kind) {
    case 'none':
      return undefined;
    case 'flat':
      return { [`${entry.body.model.name}[name]`]: 'Taken over' };
    case 'nested':
      return {
        [entry.body.name]: {
          name: 'taken',
          file_type: 'GeoJSON',
          old_password: password,
          new_password: 'Taken-over-1',
          delete_expiry: '2030-01-01T00:00:00+00:00',
          delete_protection: true,
          organisations: null,
          roles: ['view_processing_chains'],
        },
      };
  }
}

function queryOf({ path }: (typeof guarded)[number]): string {
  return path.endsWith('/processes/new') ? `?service_id=${ids['service_id']}` : '';
}

describe.each(guarded)('$id', (entry) => {
  test('is refused without a token', async () => {
    const { status, body } = await call(
      platform.url,
      entry.method,
      `${pathOf(entry.path)}${queryOf(entry)}`,
      {
        body: bodyOf(entry),
      },
    );
    expect(status).toBe(401);
    expect(body['error_message']).toMatch(/log in/i);
  });

  test('is answered to a foreign user as if nothing were there', async () => {
    const { status, body } = await call(
      platform.url,
      entry.method,
      `${pathOf(entry.path)}${queryOf(entry)}`,
      {
        token: stranger.token,
        body: bodyOf(entry),
      },
    );
    expect(status).toBe(404);
    expect(JSON.stringify(body)).not.toContain('Kelvingrove');
  });
});

const ofOrganisations = guarded.filter(({ path }) => path.startsWith('/organisations'));

function innerNames(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)]
    .map(([, name]) => name!)
    .filter((name) => !['organisation_id', 'credit_id'].includes(name));
}

test.each(ofOrganisations.filter(({ path }) => innerNames(path).length > 0))(
  '$id does not reach a foreign thing through the own organisation',
  async (entry) => {
    const path = pathOf(entry.path, { organisation_id: stranger.organisation });
    const { status } = await call(platform.url, entry.method, `${path}${queryOf(entry)}`, {
      token: stranger.token,
      body: bodyOf(entry),
    });
    // The latest services are everybody's to read; changing one is not.
    expect(status).toBe(entry.id === 'getService' ? 200 : 404);
  },
);

test.each(ofOrganisations.filter(({ method }) => method !== 'GET'))(
  '$id is refused to a member who may only view',
  async (entry) => {
    const { status, body } = await call(
      platform.url,
      entry.method,
      `${pathOf(entry.path)}${queryOf(entry)}`,
      {
        token: viewer.token,
        body: bodyOf(entry),
      },
    );
    expect(status).toBe(403);
    expect(body['error_message']).toMatch(/role/);
  },
);

test('after all that the owner’s things are as they were', async () => {
  const steps = flow(platform.url, owner);
  expect(await steps.model('GET', `/data/${ids['data_id']}`)).toMatchObject({ name: 'region.geojson' });
  expect(await steps.model('GET', `/processes/${ids['process_id']}`)).toMatchObject({ name: 'Test of Copy' });
  expect((await steps.components(ids['process_execution_id']!)).length).toBe(1);
  const emails = (await steps.list('/members')).map((member) => member['email']);
  expect(emails).toEqual(['owner@example.com', 'viewer@example.com']);
  expect((await steps.list('/invitations')).map(({ id }) => id)).toEqual([ids['invitation_id']]);
});
