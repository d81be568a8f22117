import { DrizzleQueryError } from 'drizzle-orm';

/** What PostgreSQL and the embedded database tell beside the reason: rows, values and parameters as they were given. */
const telling = ['params', 'queryOptions', 'detail', 'where', 'internalQuery'];

/**
 * An error of the database without what it was asked with: parameters hold secrets, and details quote whole rows. The
 * statement, the reason and its code stay. Changes the error itself, so that nothing else can print them either.
 */
export function withoutParameters(error: unknown): unknown {
  for (let each = error, depth = 0; each instanceof Error && depth < 10; each = each.cause, depth += 1) {
    if (each instanceof DrizzleQueryError) {
      const said = each.message;
      each.message = `Failed query: ${each.query}`;
      if (each.stack) each.stack = each.stack.replace(said, each.message);
    }
    for (const name of telling) if (name in each) Reflect.set(each, name, '[not shown]');
  }
  return error;
}
