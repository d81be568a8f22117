import { expect, onTestFinished, test } from 'vitest';

import { firstStart } from '../accounts/index.ts';
import { openTestDatabase } from '../testing/prepared-database.ts';
import { listen } from '../testing/listen.ts';

test('passwords cannot be guessed at speed', async () => {
  const database = await openTestDatabase();
  onTestFinished(async () => await database.close());
  const [email, password] = ['ada@example.com', 'Sentinel-2a'];
  await firstStart(database, { email, password, organisation: 'Survey', credits: '12.5' });
  const { address, close } = await listen(database);
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
  const answers = [];
  for (let i = 0; i < 5; i += 1) answers.push(await login(wrong));
  answers.push(...(await Promise.all(Array.from({ length: 8 }, async () => await login(wrong)))));
  expect(answers[0]).toMatchObject({
    status: 400,
    body: { error_message: 'Incorrect username or password' },
  });
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 400).length).toBeLessThanOrEqual(9);
  const refused = answers.find(({ status }) => status === 429)!;
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  // Slowed by that, and not kept out.
  expect((await login({ email, user_id: null, password })).status).toBe(200);
});
