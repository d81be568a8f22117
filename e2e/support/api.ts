/** The API as plain HTTP: for tests of what travels, not of the client. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export async function call(
  url: string,
  method: string,
  path: string,
  options: {
    readonly token?: string;
    readonly body?: unknown;
    readonly headers?: Record<string, string>;
  } = {},
): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

export interface Session {
  readonly token: string;
  readonly user: string;
  readonly organisation: string;
}

export async function logIn(url: string, email: string, password: string): Promise<Session> {
  const { body, status } = await call(url, 'POST', '/users/login', {
    body: { User: { email, user_id: null, password } },
  });
  if (status !== 200) throw new Error(`login: ${status} ${JSON.stringify(body)}`);
  const token = String(body['access_token']);
  const user = (
    JSON.parse(Buffer.from(String(body['id_token']).split('.')[1]!, 'base64url').toString()) as {
      sub: string;
    }
  ).sub;
  const { body: found } = await call(url, 'GET', `/users/${user}`, { token });
  const { organisations } = found['model'] as { organisations: { id: string }[] };
  return { token, user, organisation: organisations[0]!.id };
}

/** Asks again until it is so. @throws after `seconds`, with the last answer */
export async function until<T>(
  what: string,
  seconds: number,
  look: () => Promise<{ done: boolean; value: T }>,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const { done, value } = await look();
    if (done) return value;
    if (Date.now() > deadline)
      throw new Error(`${what}: not within ${seconds} s; at last ${JSON.stringify(value).slice(0, 2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
