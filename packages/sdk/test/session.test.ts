import { calls } from '@fusion-platform/contract';
import { expect, test } from 'vitest';

import { closedPort } from '../../../e2e/support/closed-port.ts';
import { AuthenticationError, login, RequestError, SessionExpiredError } from '../src/index.ts';
import { Refusal } from './fixture-server.ts';
import { logIn, organisationOf, startPlatform } from './platform-state.ts';
import { user, userId } from './samples.ts';

test('a login gives a session with its user, and its token goes along with every later call', async () => {
  await using platform = await startPlatform();
  const session = await logIn(platform);
  expect(session.user.id).toBe(userId);
  const [asked] = platform.asked(calls.login);
  expect(asked?.body).toEqual({ User: { email: 'ada@example.com', user_id: null, password: 'Secret-1' } });
  expect(asked?.headers.authorization).toBeUndefined();
  expect(platform.asked(calls.getUser)[0]?.headers.authorization).toBe('Bearer the-token');
});

test('wrong credentials are told as such', async () => {
  await using platform = await startPlatform();
  platform.on(calls.login, () => {
    throw new Refusal(400, { error_message: 'Incorrect username or password' });
  });
  await expect(logIn(platform)).rejects.toThrow(AuthenticationError);
});

test('an expired session says what to do', async () => {
  await using platform = await startPlatform();
  const { user: ada } = await logIn(platform);
  platform.on(calls.getUser, () => {
    throw new Refusal(401, { error_message: 'Your session ended', code: 'session_expired' });
  });
  const error: unknown = await ada.get().catch((e: unknown) => e);
  expect(error).toBeInstanceOf(SessionExpiredError);
  expect(error).toMatchObject({ code: 'session_expired', status: 401, retryable: false });
  expect((error as Error).message).toContain('log in again');
});

test('an error carries the status, the words, the request id and the fields of the platform', async () => {
  await using platform = await startPlatform();
  const { user: ada } = await logIn(platform);
  platform.on(calls.updateUser, () => {
    throw new Refusal(400, {
      error_message: 'User is not valid',
      code: 'invalid_model',
      request_id: 'r-1',
      fields: [{ path: 'locale', message: 'is unknown' }],
    });
  });
  await expect(ada.update({ locale: 'xx' })).rejects.toMatchObject({
    name: 'RequestError',
    status: 400,
    code: 'invalid_model',
    platformMessage: 'User is not valid',
    requestId: 'r-1',
    fields: [{ path: 'locale', message: 'is unknown' }],
    retryable: false,
  });
});

test('a call that may be repeated is tried again after failures of the server', async () => {
  await using platform = await startPlatform();
  const { user: ada } = await logIn(platform);
  let left = 2;
  platform.on(calls.getUser, ({ raw }) => {
    left -= 1;
    if (left === 1) throw new Refusal(503, { error_message: 'busy' }, { 'retry-after': '0' });
    if (left === 0) return void raw.request.socket.destroy();
    return { model: user({ given_name: 'Augusta' }), extras: {} };
  });
  expect((await ada.get()).given_name).toBe('Augusta');
});

test('a call that creates is not sent twice to a platform that does not know idempotency keys', async () => {
  await using platform = await startPlatform();
  const ada = (await logIn(platform)).user;
  platform.on(calls.changePassword, () => {
    throw new Refusal(503, { error_message: 'busy' });
  });
  await expect(ada.changePassword({ oldPassword: 'a', newPassword: 'b' })).rejects.toThrow(RequestError);
  expect(platform.asked(calls.changePassword)).toHaveLength(1);
  expect(platform.asked(calls.changePassword)[0]?.headers['idempotency-key']).toBeUndefined();
});

test('a platform that knows idempotency keys gets the same one with each try', async () => {
  await using platform = await startPlatform();
  platform.headers['x-fusion-platform-idempotency'] = '1';
  const ada = (await logIn(platform)).user;
  platform.on(calls.changePassword, () => {
    if (platform.asked(calls.changePassword).length < 3) throw new Refusal(503, { error_message: 'busy' });
    return {};
  });
  await ada.changePassword({ oldPassword: 'a', newPassword: 'b' });
  const keys = platform.asked(calls.changePassword).map(({ headers }) => headers['idempotency-key']);
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
});

test('too many requests are waited out, for calls that create too', async () => {
  await using platform = await startPlatform();
  const ada = (await logIn(platform)).user;
  let refused = false;
  platform.on(calls.changePassword, () => {
    if (refused) return {};
    refused = true;
    throw new Refusal(429, { error_message: 'slowly' }, { 'retry-after': '0' });
  });
  await ada.changePassword({ oldPassword: 'a', newPassword: 'b' });
  expect(platform.asked(calls.changePassword)).toHaveLength(2);
});

test('a platform that is not there is a connection error worth another try later', async () => {
  await using gone = await closedPort();
  const tried = logIn({ url: `http://127.0.0.1:${gone.port}` }, { retries: 1 });
  await expect(tried).rejects.toMatchObject({ name: 'ConnectionError', retryable: true, reached: false });
});

test('an answer that does not come in time is a timeout', async () => {
  await using platform = await startPlatform();
  const { user: ada } = await logIn(platform, { timeout: 3000, retries: 0 });
  platform.on(calls.getUser, () => undefined);
  await expect(ada.get()).rejects.toMatchObject({ code: 'timeout', retryable: true });
});

test('an aborted signal ends a call with its own reason, and no more tries are made', async () => {
  await using platform = await startPlatform();
  const { user: ada } = await logIn(platform);
  const controller = new AbortController();
  platform.on(calls.getUser, () => controller.abort(new Error('enough')));
  await expect(ada.get({ signal: controller.signal })).rejects.toThrow('enough');
  expect(platform.asked(calls.getUser)).toHaveLength(2);
});

test('what is no API is told as such', async () => {
  await using platform = await startPlatform();
  platform.on(calls.login, ({ raw }) => void raw.response.end('<html>'));
  await expect(logIn(platform)).rejects.toMatchObject({ code: 'bad_answer' });
});

test('neither log nor error shows a password, a token or a signed address', async () => {
  await using platform = await startPlatform();
  const records: unknown[] = [];
  const keep = (...record: unknown[]): void => void records.push(record);
  const logger = { error: keep, warn: keep, info: keep, debug: keep };
  const organisation = await organisationOf(platform, { logger, logLevel: 'debug' });
  platform.on(calls.getOrganisation, () => {
    throw new Refusal(403, {
      error_message: 'see https://s3.example/x?X-Amz-Signature=abc123 or Bearer the-token',
    });
  });
  const error = (await organisation.get().catch((e: unknown) => e)) as Error;
  const seen = JSON.stringify(records) + error.message + JSON.stringify(error);
  expect(records.length).toBeGreaterThan(3);
  for (const secret of ['Secret-1', 'the-token', 'abc123']) expect(seen).not.toContain(secret);
});

test('a login without a password or without a name is refused before anything is sent', async () => {
  await expect(login({ email: 'a@b.example', password: '' })).rejects.toMatchObject({
    code: 'wrong_argument',
  });
  await expect(login({ email: '', password: 'x' })).rejects.toMatchObject({ code: 'wrong_argument' });
});
