import { calls } from '@fusion-platform/contract';
import { expect, test } from 'vitest';

import { ConflictError, NotFoundError, PermissionError, UnsupportedError } from '../src/index.ts';
import type { ProcessServiceExecution } from '../src/index.ts';
import { Refusal } from './fixture-server.ts';
import type { Fixture } from './fixture-server.ts';
import { executionOf, startPlatform } from './platform-state.ts';
import { component } from './samples.ts';

async function componentOf(platform: Fixture): Promise<ProcessServiceExecution> {
  platform.on(calls.listComponents, () => ({ list: [component()], extras: {} }));
  platform.on(calls.getComponent, () => ({ model: component(), extras: {} }));
  return (await (await executionOf(platform)).components().first())!;
}

function refuse(platform: Fixture, status: number, body: object): void {
  for (const call of [calls.runAction, calls.getProvenance])
    platform.on(call, () => {
      throw new Refusal(status, body);
    });
}

test('an action is run with the values given, and its answer comes back', async () => {
  await using platform = await startPlatform();
  const answer = { status: 404, content_type: 'text/plain', body_type: 'text', body: 'nothing there' };
  platform.on(calls.runAction, () => answer);
  const values = { longitude: -4.25, name: 'Glasgow', near: true, note: null };
  expect(await (await componentOf(platform)).runAction('Sample', values)).toEqual(answer);
  expect(platform.asked(calls.runAction)[0]!.body).toEqual({
    ProcessServiceExecution: { name: 'Sample', values },
  });
});

test('provenance comes as it is, kinds that the client does not know included', async () => {
  await using platform = await startPlatform();
  const document = {
    prefix: { uuid: 'urn:uuid:' },
    activity: { 'uuid:1': { 'prov:label': 'Slope' } },
    specializationOf: { '_:1': { 'prov:specificEntity': 'uuid:2' } },
  };
  platform.on(calls.getProvenance, () => document);
  expect(await (await componentOf(platform)).provenance()).toEqual(document);
});

test.each([
  [404, { error_message: 'no such path' }],
  [405, { error_message: 'not that way' }],
  [501, { error_message: 'not yet' }],
  [403, { message: 'Missing Authentication Token' }],
])(
  'a platform that answers such calls with %i has none of them, and that is what is said',
  async (status, body) => {
    await using platform = await startPlatform();
    const ran = await componentOf(platform);
    refuse(platform, status, body);
    const action = await ran.runAction('Sample').catch((error: unknown) => error);
    expect(action).toBeInstanceOf(UnsupportedError);
    expect(action).toMatchObject({
      code: 'unsupported',
      call: 'runAction',
      message: 'This platform cannot do that: it has no call to run an action of a component',
    });
    await expect(ran.provenance()).rejects.toMatchObject({ code: 'unsupported', call: 'getProvenance' });
  },
);

test('a component that is gone is not found, whatever the platform can do', async () => {
  await using platform = await startPlatform();
  const ran = await componentOf(platform);
  refuse(platform, 404, { error_message: 'no such component' });
  platform.on(calls.getComponent, () => {
    throw new Refusal(404, { error_message: 'no such component', code: 'not_found' });
  });
  await expect(ran.provenance()).rejects.toBeInstanceOf(NotFoundError);
});

test('a refusal stays what it is', async () => {
  await using platform = await startPlatform();
  const ran = await componentOf(platform);
  refuse(platform, 403, { error_message: 'This needs a role', code: 'forbidden' });
  await expect(ran.runAction('Sample')).rejects.toBeInstanceOf(PermissionError);
  refuse(platform, 409, { error_message: 'it is failed', code: 'conflict' });
  await expect(ran.runAction('Sample')).rejects.toBeInstanceOf(ConflictError);
});
