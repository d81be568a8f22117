import { pino } from 'pino';
import { Registry } from 'prom-client';

import { createAccounts } from '../accounts/index.ts';
import type { Database } from '../database/index.ts';
import { createServer } from '../http/index.ts';
import type { ServerOptions } from '../http/index.ts';

export interface Listening {
  readonly address: string;
  readonly close: () => Promise<void>;
}

/** A server of a platform with some of its routes, on a free port. */
export async function listen(
  database: Database,
  options: Partial<
    Pick<
      ServerOptions,
      'routes' | 'plugins' | 'health' | 'openApi' | 'log' | 'loginAttemptsPerMinute' | 'attemptLimit'
    >
  > = {},
): Promise<Listening> {
  let address = '';
  const app = await createServer({
    database,
    accounts: await createAccounts(database),
    routes: [],
    plugins: [],
    health: { checks: {}, metrics: new Registry(), metricsToken: undefined },
    openApi: () => ({}),
    origin: () => address,
    log: pino({ level: 'silent' }),
    trustProxy: 0,
    loginAttemptsPerMinute: 5,
    ...options,
  });
  address = await app.listen({ port: 0, host: '127.0.0.1' });
  return { address, close: async () => await app.close() };
}
