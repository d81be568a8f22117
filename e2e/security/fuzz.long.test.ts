import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import {
  calls,
  ErrorBody,
  filterModifiers,
  parse,
  parseModel,
  parseTemplate,
  ProcessExecution,
  statusOf,
} from '@fusion-platform/contract';
import type { Answer, Body, Call } from '@fusion-platform/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { call as send, logIn } from '../support/api.ts';
import type { Session } from '../support/api.ts';
import { flow, square } from '../support/flow.ts';
import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { arbitraryOf, queryText } from './arbitrary.ts';

type AnyCall = Call<string, Body, Answer>;

const long = Boolean(process.env['FUSION_TEST_LONG']);
const requestsOfCall = long ? 400 : 15;
const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);
console.log(`fuzz: FC_SEED=${seed}`);

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;
let session: Session;
/** What is there, by the name of the path parameter that names it. */
const ids: Record<string, string> = {};
/** What may be deleted. */
const victims: Record<string, string[]> = {};

beforeAll(async () => {
  folder = await testFolder();
  platform = await startPlatform(folder.path, {
    FUSION_SERVICES: `${join(root, 'e2e/services')},${join(root, 'services')}`,
    FUSION_LOGIN_ATTEMPTS: '1000000',
    FUSION_INITIAL_CREDITS: '1000000000',
  });
  session = await logIn(platform.url, email, password);
  const steps = flow(platform.url, session);
  const { id, file } = await steps.upload(JSON.stringify(square));
  const process_ = await steps.process('Copy', id);
  const execution = await steps.execute(process_);
  await steps.ended(execution);
  const [component] = await steps.components(execution);
  const webhook = async (): Promise<string> =>
    String(
      (
        await steps.model('POST', '/webhooks', {
          'Webhook[url]': 'https://example.com/hook',
          'Webhook[events]': ['execution.ended'],
        })
      )['id'],
    );
  const invitation = async (): Promise<Record<string, unknown>> =>
    await steps.model('POST', '/invitations', {
      'Invitation[email]': `${randomUUID()}@example.com`,
      'Invitation[roles]': ['view_processing_chains'],
    });
  const member = async (): Promise<string> => {
    const code = String((await invitation())['url']).split('#code=')[1]!;
    const body = { Invitation: { code, password } };
    const { body: accepted } = await send(platform.url, 'POST', '/users/invitation/accept', { body });
    return String(accepted['user_id']);
  };
  Object.assign(ids, {
    user_id: session.user,
    organisation_id: session.organisation,
    credit_id: session.organisation,
    data_id: id,
    file_id: String(file['file_id']),
    service_id: String(process_['service_id']),
    process_id: String(process_['id']),
    process_execution_id: execution,
    run_id: execution,
    process_service_execution_id: String(component!['id']),
    webhook_id: await webhook(),
    member_id: await member(),
    invitation_id: String((await invitation())['id']),
  });
  const draft = async (): Promise<string> => String((await steps.process('Copy', id))['id']);
  Object.assign(victims, {
    data_id: [(await steps.upload(JSON.stringify(square))).id, (await steps.upload('{}')).id],
    process_id: [await draft(), await draft()],
    webhook_id: [await webhook(), await webhook()],
    member_id: [await member(), await member()],
    invitation_id: [String((await invitation())['id']), String((await invitation())['id'])],
  });
});

afterAll(async () => {
  await platform?.stop();
  await folder?.remove();
});

/** These end what the test needs, so they are asked for things that are not there. */
const fatal = new Set([
  'deleteUser',
  'logout',
  'deleteOrganisation',
  'deleteService',
  'updateService',
  'endSession',
  'changePassword',
  'deleteExecution',
]);
const seldom = {
  weight: 1,
  arbitrary: fc.oneof(fc.uuid(), fc.constantFrom('abc', '..%2f..', '%00', '%ff', '0')),
};

function idOf(call: AnyCall, name: string): fc.Arbitrary<string> {
  if (name === 'organisation_id') return fc.oneof({ weight: 20, arbitrary: fc.constant(ids[name]!) }, seldom);
  const kept = call.method === 'DELETE' ? (victims[name] ?? []) : [ids[name]!, ...(victims[name] ?? [])];
  const known = fatal.has(call.id) || kept.length === 0 || !kept[0] ? fc.uuid() : fc.constantFrom(...kept);
  return fc.oneof({ weight: 8, arbitrary: known }, seldom);
}

const anyId = fc.oneof(
  fc.uuid(),
  fc.nat().map((at) => Object.values(ids)[at % Object.keys(ids).length]!),
);

interface Request {
  readonly path: string;
  readonly body: string | undefined;
}

function requestsOf(call: AnyCall): fc.Arbitrary<Request> {
  const names = [...call.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const path = fc
    .record(Object.fromEntries(names.map((name) => [name, idOf(call, name)])))
    .map((values) => call.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name]!));
  return fc
    .record({ path, query: queryOf(call), body: bodyOf(call) })
    .map(({ path: place, query, body }) => ({
      path: query.length > 0 ? `${place}?${new URLSearchParams(query).toString()}` : place,
      body: body === undefined ? undefined : JSON.stringify(body),
    }));
}

function queryOf({ answer, query }: AnyCall): fc.Arbitrary<[string, string][]> {
  const filters = answer.kind === 'list' ? answer.filters : [];
  const names = [
    ...Object.keys(query.shape),
    ...(answer.kind === 'list'
      ? ['limit', 'reverse', 'search', 'last[id]', 'last[created_at]', 'last[seq]']
      : []),
    ...filters.flatMap((field) => filterModifiers.map((modifier) => `filter[${field}__${modifier}]`)),
    ...filters,
  ];
  if (names.length === 0) return fc.constant([]);
  const value = fc.oneof(queryText, anyId);
  return fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 4 });
}

function bodyOf({ body }: AnyCall): fc.Arbitrary<unknown> {
  const broken = fc.constantFrom<unknown>(null, [], 'text', 1, {});
  switch (body.kind) {
    case 'none':
      return fc.constant(undefined);
    case 'flat': {
      const shape = body.model.schema.shape;
      const fields = Object.entries(shape).map(([key, field]) => [
        `${body.model.name}[${key}]`,
        arbitraryOf(field, anyId),
      ]);
      const whole = fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>, {
        requiredKeys: [],
      });
      return fc.oneof({ weight: 20, arbitrary: whole }, { weight: 1, arbitrary: broken });
    }
    case 'nested':
      return fc.oneof(
        { weight: 20, arbitrary: fc.record({ [body.name]: arbitraryOf(body.schema, anyId) }) },
        { weight: 1, arbitrary: broken },
      );
  }
}

interface Outcome {
  readonly what: string;
  readonly status: number;
  readonly fault: string | undefined;
}

async function ask(call: AnyCall, { path, body }: Request): Promise<Outcome> {
  const response = await fetch(`${platform.url}${path}`, {
    method: call.method,
    headers: {
      authorization: `Bearer ${session.token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(300_000),
  });
  const { status } = response;
  const what = `${call.id}: ${call.method} ${path} ${body?.slice(0, 2000) ?? ''}`;
  if (call.answer.kind === 'stream' && status === 200) {
    await response.body?.cancel();
    return { what, status, fault: undefined };
  }
  const answer = await response.text();
  if (call.answer.kind === 'file' && status === 200) return { what, status, fault: undefined };
  return { what, status, fault: faultOf(call, status, answer) };
}

/** What of an answer is not as the contract has it. */
function faultOf(call: AnyCall, status: number, text: string): string | undefined {
  const documented = [200, ...call.errors.map((code) => statusOf[code])];
  if (!documented.includes(status)) return `status ${status} is not documented: ${text.slice(0, 300)}`;
  try {
    const value = JSON.parse(text) as { model: unknown; list: unknown[] };
    if (status !== 200) ErrorBody.parse(value);
    else if (call.answer.kind === 'object') parse(call.id, call.answer.schema, value);
    else if (call.answer.kind === 'list')
      for (const model of value.list) parseModel(call.answer.model, model);
    else if (call.answer.kind === 'one')
      if (call.answer.template) parseTemplate(call.answer.model, value.model);
      else parseModel(call.answer.model, value.model);
    return undefined;
  } catch (error) {
    return `the answer is not as its schema: ${(error as Error).message.slice(0, 500)}`;
  }
}

test(
  'every call answers whatever it is sent as the contract has it, and never with a fault of its own',
  async () => {
    const all = (Object.values(calls) as unknown as AnyCall[]).filter(
      ({ id }) => id !== 'closeBrowserSession',
    );
    // By turns, so that each call meets what the others have made.
    const requests = all
      .flatMap((call) =>
        fc
          .sample(requestsOf(call), { seed, numRuns: requestsOfCall })
          .map((request, turn) => ({ call, request, turn })),
      )
      .toSorted((a, b) => a.turn - b.turn);
    const outcomes: Outcome[] = [];
    const workers = Array.from({ length: 6 }, async () => {
      for (let next = requests.shift(); next !== undefined; next = requests.shift())
        outcomes.push(await ask(next.call, next.request));
    });
    await Promise.all(workers);
    const failed = outcomes.filter(({ status }) => status >= 500);
    const breaks = outcomes.filter(({ status, fault }) => status < 500 && fault !== undefined);
    const counts = Object.groupBy(outcomes, ({ status }) => String(status));
    console.log(
      `fuzz: ${outcomes.length} requests, ${failed.length} answers of 5xx, ${breaks.length} breaks of the contract;`,
      Object.fromEntries(Object.entries(counts).map(([status, list]) => [status, list?.length])),
    );
    const shown = [...failed, ...breaks].map(
      ({ what, status, fault }) => `${status} ${fault ?? ''}\n  ${what}`,
    );
    expect(shown.slice(0, 25)).toEqual([]);
    // The platform is as well as before.
    expect((await fetch(`${platform.url}/healthz`)).status).toBe(200);
    const { model } = (await (
      await fetch(
        `${platform.url}/organisations/${session.organisation}/process_executions/${ids['process_execution_id']}`,
        { headers: { authorization: `Bearer ${session.token}` } },
      )
    ).json()) as { model: unknown };
    expect(parseModel(ProcessExecution, model).success).toBe(true);
  },
  long ? 1_800_000 : 900_000,
);
