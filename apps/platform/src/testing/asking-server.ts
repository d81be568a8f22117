import { fastify } from 'fastify';
import pg from 'pg';
import { PGlite } from '@electric-sql/pglite';

import { preparePglite } from '../database/prepared-pglite.ts';

type Ask = (name: string, text: string, values?: unknown[]) => Promise<Record<string, string>[]>;

const connections = 10;

/**
 * Fastify that asks the database what the platform has to ask for a component, and nothing else: whose session it is and what
 * they may do, then the row as JSON, which goes out as it came. @returns its address; a component is read below it, by its id
 */
export async function startAskingServer(where: {
  readonly url?: string;
  readonly folder: string;
}): Promise<string> {
  const ask = where.url === undefined ? await onPglite(where.folder) : onServer(where.url);
  const [someone] = await ask(
    'someone',
    'select s.user_id, s.id, m.organisation_id from user_sessions s join memberships m on m.user_id = s.user_id limit 1',
  );
  const { user_id, id: session, organisation_id } = someone!;
  const app = fastify();
  app.get<{ Params: { id: string } }>('/:id', async ({ params: { id } }, reply) => {
    const [asker] = await ask(
      'asker',
      `select s.id, m.roles from users u left join user_sessions s on s.id = $1 and s.user_id = u.id
        left join memberships m on m.user_id = u.id and m.organisation_id = $2 where u.id = $3`,
      [session, organisation_id, user_id],
    );
    if (!asker?.['id']) return await reply.code(401).send();
    const [row] = await ask(
      'component',
      'select row_to_json(c)::text as json from process_service_executions c where id = $1 and organisation_id = $2',
      [id, organisation_id],
    );
    return await reply.type('application/json').send(row!['json']);
  });
  return await app.listen({ port: 0, host: '127.0.0.1' });
}

async function onPglite(folder: string): Promise<Ask> {
  const database = preparePglite(await PGlite.create(folder));
  return async (_name, text, values) => (await database.query<Record<string, string>>(text, values)).rows;
}

function onServer(connectionString: string): Ask {
  const pool = new pg.Pool({ connectionString, max: connections });
  return async (name, text, values) =>
    (await pool.query<Record<string, string>>({ name, text, ...(values ? { values } : {}) })).rows;
}
