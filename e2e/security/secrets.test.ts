import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { logIn } from '../support/api.ts';
import { flow, square } from '../support/flow.ts';
import type { Flow } from '../support/flow.ts';
import { email, password, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { writeService } from '../support/service.ts';

type Json = Record<string, unknown>;
interface Dispatcher {
  readonly ssd_id: string;
  readonly name: string;
  readonly options: readonly { readonly name: string; readonly value: string | null }[];
}

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;
let analyst: Flow;
let region: string;
const secrets = { api: 'api-9f27', first: 'first-51c0', second: 'second-e8aa' };
const ssdId = '6b0e8a1c-3f0a-4f53-9c50-0c3f39a7d001';

beforeAll(async () => {
  folder = await testFolder();
  const services = join(folder.path, 'services');
  await writeService(services, {
    name: 'Fetch',
    ssd_id: '6b0e8a1c-3f0a-4f53-9c50-0c3f39a7d002',
    inputs: [{ number: 1, file_type: 'GeoJSON' }],
    outputs: [{ number: 1, name: 'Result', file_type: 'Other', optional: true }],
    options: [
      { name: 'api_password', data_type: 'string', value: null },
      { name: 'limit', data_type: 'numeric', value: '5' },
    ],
  });
  await writeService(services, {
    name: 'Post',
    ssd_id: ssdId,
    dispatcher: true,
    options: [
      { name: 'bucket', data_type: 'string', value: null },
      { name: 'secret_access_key', data_type: 'string', value: null },
    ],
  });
  platform = await startPlatform(folder.path, { FUSION_SERVICES: services });
  analyst = flow(platform.url, await logIn(platform.url, email, password));
  region = (await analyst.upload(JSON.stringify(square))).id;
});

afterAll(async () => {
  await platform?.stop();
  await folder?.remove();
});

const dispatcher = (bucket: string, secret: string): object => ({
  ssd_id: ssdId,
  name: 'Post',
  dispatch_intermediate: true,
  options: [option('bucket', bucket), option('secret_access_key', secret)],
});
const option = (name: string, value: string): object => ({
  ssd_id: ssdId,
  name,
  value,
  required: false,
  data_type: 'string',
});

async function made(): Promise<Json & { readonly id: string }> {
  const process_ = await analyst.process('Fetch', region, { api_password: secrets.api });
  return (await analyst.model('PATCH', `/processes/${String(process_['id'])}`, {
    'Process[dispatchers]': [dispatcher('one', secrets.first), dispatcher('two', secrets.second)],
  })) as Json & { readonly id: string };
}

/** As clients send a model back: all that they hold. */
const sentBack = (model: Json, changes: Json = {}): Json =>
  Object.fromEntries(
    Object.entries({ ...model, ...changes }).map(([name, value]) => [`Process[${name}]`, value]),
  );

/** What the components of a run are given: the truth of what is stored, seen where it is used. */
async function given(id: string): Promise<Json[]> {
  const process_ = { id } as Json;
  const execution = await analyst.execute(process_);
  await analyst.ended(execution);
  const components = await analyst.components(execution);
  const shown = JSON.stringify([await analyst.model('GET', `/process_executions/${execution}`), components]);
  for (const secret of Object.values(secrets)) expect(shown).not.toContain(secret);
  return components;
}

function bucketsOf(model: Json): (string | null)[] {
  return (model['dispatchers'] as Dispatcher[]).map(
    ({ options }) => options.find(({ name }) => name === 'bucket')!.value,
  );
}

describe('secrets of a process', () => {
  test('are in no answer: not of it, not of a copy, a list or a run', async () => {
    const process_ = await made();
    const answers = [
      process_,
      await analyst.must('GET', `/processes/${process_.id}`),
      await analyst.must('GET', `/processes/${process_.id}/copy`),
      await analyst.list('/processes'),
    ];
    for (const answer of answers)
      for (const secret of Object.values(secrets)) expect(JSON.stringify(answer)).not.toContain(secret);
    expect(JSON.stringify(answers[1])).toContain('********');
    expect(await given(process_.id)).toHaveLength(3);
    const log = await readFile(join(folder.path, 'platform.log'), 'utf8');
    for (const secret of Object.values(secrets)) expect(log).not.toContain(secret);
  });
});

/** Reads secrets where they are kept, once the platform has stopped. */
async function stored(
  ids: readonly string[],
): Promise<Map<string, { options: Json[]; dispatchers: Dispatcher[] }>> {
  const { openDatabase, tables } = await import('../../apps/platform/src/database/index.ts');
  await platform.stop();
  const database = await openDatabase({ folder: join(folder.path, 'platform/database') });
  try {
    const rows = await database.queries.select().from(tables.processes);
    return new Map(
      rows.flatMap((row) =>
        ids.includes(row.id)
          ? [
              [
                row.id,
                {
                  options: row.options as unknown as Json[],
                  dispatchers: row.dispatchers as unknown as Dispatcher[],
                },
              ],
            ]
          : [],
      ),
    );
  } finally {
    await database.close();
  }
}

test('what covers a secret stands for that dispatcher’s own, in whatever order it comes back', async () => {
  const kept = await made();
  await analyst.model('PATCH', `/processes/${kept.id}`, sentBack(kept, { name: 'Sent back' }));

  const turned = await made();
  const reversed = (turned['dispatchers'] as Dispatcher[]).toReversed();
  await analyst.model('PATCH', `/processes/${turned.id}`, sentBack(turned, { dispatchers: reversed }));

  const shortened = await made();
  const [, last] = shortened['dispatchers'] as Dispatcher[];
  const one = await analyst.model(
    'PATCH',
    `/processes/${shortened.id}`,
    sentBack(shortened, { dispatchers: [last] }),
  );
  expect(bucketsOf(one)).toEqual(['two']);

  const template = await analyst.model('GET', `/processes/${kept.id}/copy`);
  const copy = await analyst.model('POST', '/processes', sentBack(template, { name: 'Copied' }));

  const unknown = await analyst.send('PATCH', `/processes/${kept.id}`, {
    'Process[dispatchers]': [dispatcher('x', `********:${kept.id}:${ssdId}`)],
  });
  expect(unknown.status).toBe(400);
  expect(JSON.stringify(unknown.body)).toMatch(/give it again/);

  const held = await stored([kept.id, turned.id, shortened.id, String(copy['id'])]);
  const pairs = (id: string): unknown[] =>
    held.get(id)!.dispatchers.map(({ options }) => options.map(({ value }) => value));
  const [a, b] = [
    ['one', secrets.first],
    ['two', secrets.second],
  ];
  expect(pairs(kept.id)).toEqual([a, b]);
  expect(pairs(turned.id)).toEqual([b, a]);
  expect(pairs(shortened.id)).toEqual([b]);
  expect(pairs(String(copy['id']))).toEqual([a, b]);
  for (const { options } of held.values())
    expect(options).toContainEqual(expect.objectContaining({ name: 'api_password', value: secrets.api }));
});
