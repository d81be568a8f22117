import { parse, protocol } from '@electric-sql/pglite';
import type { messages, PGlite, QueryOptions, Results, Transaction } from '@electric-sql/pglite';

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
  readonly columns: Results['fields'];
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
      columns: described
        .filter(isRowDescription)
        .flatMap(({ fields }) => fields.map((field) => ({ name: field.name, dataTypeID: field.dataTypeID }))),
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
      return resultOf<T>(
        columns,
        messages,
        (type) => options?.parsers?.[type] ?? client.parsers[type],
        options,
      );
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

type Parser = (text: string, type: number) => unknown;

/**
 * What a statement gave. PGlite's own function for it gathers a hundred parsers for every answer, of which a statement
 * needs a handful: that was an eighth of all that the engine does.
 */
function resultOf<T>(
  columns: Results['fields'],
  answer: Messages,
  parserOf: (type: number) => Parser | undefined,
  options?: QueryOptions,
): Results<T> {
  const parsers = columns.map(({ dataTypeID }) => parserOf(dataTypeID));
  const rows: unknown[] = [];
  let affectedRows = 0;
  for (const message of answer) {
    if (isDataRow(message)) {
      const values = message.fields.map((text, index) => {
        const parser = parsers[index];
        return text === null || !parser ? text : parser(text, columns[index]!.dataTypeID);
      });
      rows.push(
        options?.rowMode === 'array'
          ? values
          : Object.fromEntries(values.map((value, index) => [columns[index]!.name, value])),
      );
    } else if (isCommandComplete(message)) {
      const [command = '', ...counts] = message.text.split(' ');
      if (changing.has(command)) affectedRows += Number(counts.at(-1));
    }
  }
  return { rows: rows as T[], fields: [...columns], affectedRows };
}

const changing: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

type Message = Messages[number];
const isRowDescription = (message: Message): message is messages.RowDescriptionMessage =>
  message.name === 'rowDescription';
const isDataRow = (message: Message): message is messages.DataRowMessage => message.name === 'dataRow';
const isCommandComplete = (message: Message): message is messages.CommandCompleteMessage =>
  message.name === 'commandComplete';
