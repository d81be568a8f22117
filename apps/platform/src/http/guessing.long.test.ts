import { expect, onTestFinished, test } from 'vitest';

import { firstStart } from '../accounts/index.ts';
import { openTestDatabase } from '../testing/prepared-database.ts';
import { listen } from '../testing/listen.ts';
import { createAttemptLimit } from './attempt-limit.ts';

test('passwords cannot be guessed at speed', async () => {
  const database = await openTestDatabase();
  onTestFinished(async () => await database.close());
  const [email, password] = ['ada@example.com', 'Sentinel-2a'];
  await firstStart(database, { email, password, organisation: 'Survey', credits: '12.5' });
  const turn = Promise.withResolvers<void>();
  const attemptLimit = createAttemptLimit(5, async () => await turn.promise);
  const { address, close } = await listen(database, { attemptLimit });
  onTestFinished(close);
  const login = async (User: Record<string, unknown>) => {
    const response = await fetch(`${address}/users/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ User }),
    });
    const { status, headers } = response;
    return { status, headers, body: (await response.json()) as Record<string, unknown> };
  };
  const wrong = { email: 'nobody@example.com', user_id: null, password: 'Wrong-pass1' };
  const answered = { status: 400, body: { error_message: 'Incorrect username or password' } };
  for (let i = 0; i < 5; i += 1) expect(await login(wrong)).toMatchObject(answered);
  // Four wait for their turn, and no other is let in before it comes.
  const answers: Awaited<ReturnType<typeof login>>[] = [];
  const tries = Array.from({ length: 8 }, async () => void answers.push(await login(wrong)));
  await expect.poll(() => answers.length).toBe(4);
  for (const { status, headers } of answers) {
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
  turn.resolve();
  await Promise.all(tries);
  expect(answers).toHaveLength(8);
  for (const answer of answers.slice(4)) expect(answer).toMatchObject(answered);
  // Slowed by that, and not kept out.
  expect((await login({ email, user_id: null, password })).status).toBe(200);
});

test('the turn of one that waits does come', async () => {
  const limit = createAttemptLimit(1);
  await limit.attempt('ada');
  await expect(limit.attempt('ada')).resolves.toBeUndefined();
});
