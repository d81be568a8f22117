import { postgresqlPrograms, startPostgresql } from '../e2e/support/postgresql.ts';

export type DatabaseName = 'PGlite' | 'PostgreSQL';

/**
 * Measures on the embedded database, then on a PostgreSQL server of its own where that is installed.
 * @param measure is given the setting of the platform that names the database
 */
export async function onEachDatabase(
  { postgresql }: { readonly postgresql: boolean },
  measure: (name: DatabaseName, settings: Readonly<Record<string, string>>) => Promise<void>,
): Promise<void> {
  await measure('PGlite', {});
  if (!postgresql) return;
  const programs = await postgresqlPrograms();
  if (!programs) {
    console.log('PostgreSQL: not measured, it is not installed');
    return;
  }
  const server = await startPostgresql(programs);
  try {
    await measure('PostgreSQL', { DATABASE_URL: server.url });
  } finally {
    await server.stop();
  }
}
