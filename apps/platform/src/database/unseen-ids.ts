import { sql } from 'drizzle-orm';
import type { Placeholder, SQL } from 'drizzle-orm';

/**
 * An array of ids as the answer of a subquery. It looks the same to the planner whatever it holds, so PostgreSQL keeps one
 * plan for the statement: with the array itself in its sight it makes a new one each time.
 */
export const unseenIds = (ids: readonly string[] | Placeholder): SQL =>
  sql`(select ${isList(ids) ? sql.param([...ids]) : ids}::uuid[])::uuid[]`;

const isList = (ids: readonly string[] | Placeholder): ids is readonly string[] => Array.isArray(ids);
