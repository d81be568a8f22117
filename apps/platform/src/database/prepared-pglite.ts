import { parse, protocol } from '@electric-sql/pglite';
import type { PGlite, QueryOptions, Results, Transaction } from '@electric-sql/pglite';

/** What is asked of an embedded database: as PGlite offers it itself, as far as queries go. */
export type PreparedPglite = Pick<PGlite, 'query' | 'transaction'>;

/** So many statements are kept; the one that was used longest ago makes way. A platform has some 300. */
const mostStatements = 500;
/** A statement that inserts hundreds of rows is hardly ever asked twice in the same form. */
const longestText = 10_000;

interface Statement {
  readonly name: string;
  readonly parameterTypes: readonly number[];
  /** What tells of the columns, once for all: of wide rows that is as much as a row itself. */
  readonly columns: Messages;
}

type Messages = Awaited<ReturnType<PGlite['execProtocolStream']>>;

/**
 * Has PGlite parse and plan each statement once instead of every time, which is most of what a small one costs in
 * WebAssembly: reading a component with its execution and attempt took 0.65 ms, and takes 0.18 ms.
 *
 * The plan of a statement is made for its parameters the first five times; then PostgreSQL keeps a general one if that is
 * not expected to be slower.
 */
export function preparePglite(client: PGlite): PreparedPglite {
  const statements = new Map<string, Statement>();
  let made = 0;

  const send = async (bytes: Uint8Array) => await client.execProtocolStream(bytes, { syncToFs: false });

  const prepare = async (text: string): Promise<Statement> => {
    const known = statements.get(text);
    if (known) {
      // The order of a Map is that of insertion: the first one is the one that was used longest ago.
      statements.delete(text);
      statements.set(text, known);
      return known;
    }
    const name = `fusion_${(made += 1)}`;
    const { parse: toParse, describe, sync } = protocol.serialize;
    const described = await send(
      Buffer.concat([toParse({ name, text }), describe({ type: 'S', name }), sync()]),
    );
    const statement = {
      name,
      parameterTypes: parse.parseDescribeStatementResults(described),
      columns: described.filter((message) => message.name === 'rowDescription'),
    };
    statements.set(text, statement);
    if (statements.size > mostStatements) {
      const [oldest, { name: old }] = statements.entries().next().value!;
      statements.delete(oldest);
      await send(Buffer.concat([protocol.serialize.close({ type: 'S', name: old }), sync()]));
    }
    return statement;
  };

  const run = async <T>(text: string, params: readonly unknown[], options?: QueryOptions) =>
    await client.runExclusive(async () => {
      const { name, parameterTypes, columns } = await prepare(text);
      const values = params.map((value, index) => {
        if (value === null || value === undefined) return null;
        const type = parameterTypes[index]!;
        const serialise = options?.serializers?.[type] ?? client.serializers[type];
        return serialise ? serialise(value) : `${value as string | number}`;
      });
      const { bind, execute, sync } = protocol.serialize;
      const messages = await send(Buffer.concat([bind({ statement: name, values }), execute({}), sync()]));
      const [result] = parse.parseResults([...columns, ...messages], client.parsers, options);
      return result as Results<T>;
    });

  return {
    query: async <T>(text: string, params: unknown[] = [], options?: QueryOptions) => {
      if (text.length > longestText) return await client.query<T>(text, params, options);
      return await client._runExclusiveTransaction(async () => await run<T>(text, params, options));
    },
    transaction: async (work) =>
      await client.transaction(async (tx) => {
        const prepared: Transaction = {
          ...tx,
          get closed() {
            return tx.closed;
          },
          query: async <T>(text: string, params: unknown[] = [], options?: QueryOptions) => {
            if (tx.closed || text.length > longestText) return await tx.query<T>(text, params, options);
            return await run<T>(text, params, options);
          },
        };
        return await work(prepared);
      }),
  };
}
