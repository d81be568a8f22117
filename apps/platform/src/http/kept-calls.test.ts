import { randomUUID } from 'node:crypto';
import { Agent, get } from 'node:http';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { calls } from '@fusion-platform/contract';

import { firstOrganisation, firstStart } from '../accounts/index.ts';
import type { Database } from '../database/index.ts';
import { listen } from '../testing/listen.ts';
import { openTestDatabase } from '../testing/prepared-database.ts';
import { route } from './route.ts';

const email = 'ada@example.com';
const password = 'Sentinel-2a';
const agent = new Agent({ keepAlive: true, maxSockets: 10 });

let database: Database;
let address: string;
let close: () => Promise<void>;
let path: string;
let token: string;

beforeAll(async () => {
  database = await openTestDatabase();
  await firstStart(database, { email, password, organisation: 'Survey', credits: '1' });
  ({ address, close } = await listen(database, {
    routes: [route(calls.getProvenance, async () => ({}) as never)],
  }));
  const response = await fetch(`${address}/users/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ User: { email, user_id: null, password } }),
  });
  if (!response.ok) throw new Error(`the login was answered with ${response.status}`);
  ({ access_token: token } = (await response.json()) as { access_token: string });
  const component = randomUUID();
  path = `/organisations/${await firstOrganisation(database)}/process_service_executions/${component}/provenance`;
});
afterAll(async () => {
  agent.destroy();
  await close();
  await database.close();
});

async function call(): Promise<void> {
  const status = await new Promise((resolve, reject) => {
    get(`${address}${path}`, { agent, headers: { authorization: `Bearer ${token}` } }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode));
    }).once('error', reject);
  });
  if (status !== 200) throw new Error(`answered with ${String(status)}`);
}

async function callOften(times: number): Promise<void> {
  const turns = Array.from({ length: times }).values();
  const one = async (): Promise<void> => {
    for (const _turn of turns) await call();
  };
  await Promise.all(Array.from({ length: 10 }, one));
}

test('a call that was answered is forgotten with what is young, and does not wait until what is old is collected', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: { readonly type: 'minor' }) => void;
  const oldBytes = (): number =>
    getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space')!.space_used_size;
  await callOften(1000);
  const times = 250;
  let grown = 0;
  const rounds = 10;
  for (let round = 0; round < rounds; round += 1) {
    // What is held when the young are collected twice becomes old.
    collect({ type: 'minor' });
    collect({ type: 'minor' });
    const before = oldBytes();
    await callOften(times);
    collect({ type: 'minor' });
    collect({ type: 'minor' });
    grown += Math.max(0, oldBytes() - before);
  }
  // With one object of each call that is kept, it and its answer are some 5,000 bytes.
  expect(grown / (rounds * times)).toBeLessThan(1500);
});
