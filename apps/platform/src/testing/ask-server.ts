import pg from 'pg';

/** Asks a PostgreSQL server beside the platforms that use it: for what no call tells. */
export interface Asking {
  query<T extends object>(text: string, values?: readonly unknown[]): Promise<T[]>;
  close(): Promise<void>;
}

export async function askServer(url: string): Promise<Asking> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    query: async <T extends object>(text: string, values: readonly unknown[] = []) =>
      (await client.query<T>(text, [...values])).rows,
    close: async () => await client.end(),
  };
}
