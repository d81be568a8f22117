import { calls } from '@fusion-platform/contract';

import { login } from '../src/index.ts';
import type { Organisation, Process, ProcessExecution, Session, SessionOptions } from '../src/index.ts';
import { startFixture } from './fixture-server.ts';
import type { Fixture } from './fixture-server.ts';
import { execution, idToken, organisation, process, user } from './samples.ts';

/** A fixture at which a user can log in who has one organisation with one process and one execution. */
export async function startPlatform(): Promise<Fixture> {
  const fixture = await startFixture();
  fixture.on(calls.login, () => ({ id_token: idToken, access_token: 'the-token' }));
  fixture.on(calls.getUser, () => ({ model: user(), extras: {} }));
  fixture.on(calls.getOrganisation, () => ({ model: organisation(), extras: {} }));
  fixture.on(calls.getProcess, () => ({ model: process(), extras: { dispatchers: [] } }));
  fixture.on(calls.listProcesses, () => ({ list: [process()], extras: { dispatchers: [] } }));
  fixture.on(calls.getExecution, () => ({ model: execution(), extras: {} }));
  fixture.on(calls.listExecutions, () => ({ list: [execution()], extras: {} }));
  return fixture;
}

/** Pauses are short: nothing here is waited for but the fixture. */
export async function logIn(
  { url }: Pick<Fixture, 'url'>,
  options: Partial<SessionOptions> = {},
): Promise<Session> {
  return await login({
    email: 'ada@example.com',
    password: 'Secret-1',
    apiUrl: url,
    retryDelay: { minimum: 1, maximum: 2 },
    pollInterval: 5,
    logLevel: 'off',
    ...options,
  });
}

export async function organisationOf(
  fixture: Fixture,
  options: Partial<SessionOptions> = {},
): Promise<Organisation> {
  return (await (await logIn(fixture, options)).user.organisations().first())!;
}

export async function processOf(fixture: Fixture, options: Partial<SessionOptions> = {}): Promise<Process> {
  return (await (await organisationOf(fixture, options)).processes().first())!;
}

export async function executionOf(
  fixture: Fixture,
  options: Partial<SessionOptions> = {},
): Promise<ProcessExecution> {
  return (await (await processOf(fixture, options)).executions().first())!;
}
