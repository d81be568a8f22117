import type { PGlite } from '@electric-sql/pglite';

const roundMilliseconds = 60_000;

/**
 * Gives the room of rows that are no more back to their tables, as a PostgreSQL server does by itself: without it the
 * embedded database would only ever grow, and become slower with each change of a row. The first round takes all tables,
 * since what is counted of them does not outlive the process; then those of which a fifth is gone.
 * @returns a function that ends it
 */
export function keepVacuumed(
  client: PGlite,
  onError: (error: unknown) => void,
  everyMilliseconds = roundMilliseconds,
): () => Promise<void> {
  let least = 0;
  let round: Promise<void> | undefined;
  const go = async (): Promise<void> => {
    try {
      await vacuum(client, least);
      least = 50;
    } catch (error) {
      onError(error);
    }
    round = undefined;
  };
  const timer = setInterval(() => {
    round ??= go();
  }, everyMilliseconds);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await round;
  };
}

/** One table at a time, so that others get their turn in between. */
async function vacuum(client: PGlite, least: number): Promise<void> {
  await client.query('select pg_stat_force_next_flush()');
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', schemaname, relname) as name from pg_stat_user_tables
      where $1::int = 0 or n_dead_tup >= $1 + 0.2 * n_live_tup order by relname`,
    [least],
  );
  for (const { name } of rows) {
    if (client.closed) return;
    await client.exec(`vacuum (analyze) ${name}`);
  }
}
