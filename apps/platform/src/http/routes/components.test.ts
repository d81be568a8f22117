import { randomUUID } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createActions, createProvenance } from '../../executions/index.ts';
import { openResults } from '../../executions/testing/results.ts';
import type { Results } from '../../executions/testing/results.ts';
import { listen } from '../../testing/listen.ts';
import { componentRoutes } from '../index.ts';

let results: Results;
let address: string;
let token: string;
let component: string;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  results = await openResults();
  const { database, catalogue } = results;
  closers.push(async () => await results.close());
  const outside = createHttpServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ asked: request.url }));
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  closers.push(() => outside.close());
  const url = `http://127.0.0.1:${(outside.address() as AddressInfo).port}/sample`;

  const server = await listen(database, {
    routes: componentRoutes(
      createActions({ database, catalogue, allowPrivate: true }),
      createProvenance({ database, catalogue, version: '1.2.3' }),
    ),
  });
  ({ address } = server);
  closers.push(server.close);
  const login = await send('POST', '/users/login', {
    User: { email: 'ada@example.com', user_id: null, password: 'Sentinel-2a' },
  });
  token = String(login.body['access_token']);

  const values = [{ name: 'zoom', data_type: 'numeric', required: true, validation: 'max=20' }];
  const service = await results.addService({ actions: [{ name: 'Sample', url, values }] });
  component = await results.addComponent(await results.addExecution(), service);
});

afterAll(async () => {
  for (const close of closers.toReversed()) await close();
});

async function send(method: string, path: string, body?: object) {
  const response = await fetch(`${address}${path}`, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const at = (id: string, organisation = results.organisation): string =>
  `/organisations/${organisation}/process_service_executions/${id}`;
const act = async (values: object, id = component) =>
  await send('POST', `${at(id)}/run_action`, { ProcessServiceExecution: { name: 'Sample', values } });

test('an action is run with the values of the body, and its answer given back', async () => {
  expect(await act({ zoom: 9 })).toEqual({
    status: 200,
    body: {
      status: 200,
      content_type: 'application/json',
      body_type: 'json',
      body: { asked: '/sample?zoom=9' },
    },
  });
});

test('values that cannot be are refused by name', async () => {
  const { status, body } = await act({ zoom: 21 });
  expect(status).toBe(400);
  expect(body).toMatchObject({
    code: 'invalid_model',
    fields: [{ path: 'values.zoom', message: '21 is more than 20' }],
  });
});

test('provenance is a PROV-JSON document', async () => {
  const { status, body } = await send('GET', `${at(component)}/provenance`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    prefix: { uuid: 'urn:uuid:' },
    activity: { [`uuid:${component}`]: { 'prov:label': 'Slope' } },
  });
});

test('both are not found for components that are not there, or not the organisation’s', async () => {
  const nowhere = randomUUID();
  const answers = [
    await act({ zoom: 9 }, nowhere),
    await send('GET', `${at(nowhere)}/provenance`),
    await send('GET', `${at(component, randomUUID())}/provenance`),
  ];
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
});

test('an action takes the role that executing takes; provenance only membership', async () => {
  await results.database.queries.execute(sql`update memberships set roles = '["view_processing_chains"]'`);
  expect((await act({ zoom: 9 })).status).toBe(403);
  expect((await send('GET', `${at(component)}/provenance`)).status).toBe(200);
});
