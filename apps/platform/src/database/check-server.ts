import pg from 'pg';

const patienceMilliseconds = 10_000;

/** Connects to a PostgreSQL server, and changes nothing. @returns what it is @throws when it cannot be used */
export async function checkServer(url: string): Promise<string> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: patienceMilliseconds,
    query_timeout: patienceMilliseconds,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; may: boolean }>(
      `select current_setting('server_version') as version, has_database_privilege(current_database(), 'create') as may`,
    );
    const { version, may } = rows[0]!;
    if (!may) throw new Error('the user may not make tables in the database');
    return `PostgreSQL ${version}`;
  } finally {
    await client.end().catch(() => undefined);
  }
}
