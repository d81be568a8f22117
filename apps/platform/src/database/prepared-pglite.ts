import type { PGlite, QueryOptions, Results } from '@electric-sql/pglite';
import { DatabaseError, serialize } from 'pg-protocol';
import type {
  BackendMessage,
  CommandCompleteMessage,
  DataRowMessage,
  ParameterDescriptionMessage,
  RowDescriptionMessage,
} from 'pg-protocol/dist/messages.js';
import { Parser } from 'pg-protocol/dist/parser.js';

/** What is asked of an embedded database: as PGlite offers it itself, as far as queries go. */
export interface PreparedPglite extends Pick<PGlite, 'query'> {
  transaction<T>(work: (tx: Pick<PGlite, 'query'>) => Promise<T>): Promise<T>;
}

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

/**
 * Has PGlite parse and plan each statement once instead of every time, which is most of what a small one costs in
 * WebAssembly: reading a component with its execution and attempt took 0.65 ms, and takes 0.18 ms.
 *
 * The plan of a statement is made for its parameters the first five times; then PostgreSQL keeps a general one if that is
 * not expected to be slower.
 *
 * A transaction begins together with its first statement, and ends by a statement that is prepared too: by PGlite's own way
 * both are parsed each time, and their answers read by a hundred parsers.
 */
export function preparePglite(client: PGlite): PreparedPglite {
  const statements = new Map<string, Statement>();
  let made = 0;

  const send = async (...messages: readonly Uint8Array[]) => await exchange(client, messages);

  const describe = async (name: string, text: string): Promise<Statement> => {
    const described = await send(serialize.parse({ name, text }), serialize.describe({ type: 'S', name }));
    return {
      name,
      parameterTypes: described.filter(isParameterDescription).flatMap(({ dataTypeIDs }) => dataTypeIDs),
      columns: described
        .filter(isRowDescription)
        .flatMap(({ fields }) => fields.map((field) => ({ name: field.name, dataTypeID: field.dataTypeID }))),
    };
  };

  const prepare = async (text: string): Promise<Statement> => {
    if (text.length > longestText) return await describe('', text);
    const known = statements.get(text);
    if (known) {
      // The order of a Map is that of insertion: the first one is the one that was used longest ago.
      statements.delete(text);
      statements.set(text, known);
      return known;
    }
    const statement = await describe(`fusion_${(made += 1)}`, text);
    statements.set(text, statement);
    if (statements.size > mostStatements) {
      const [oldest, { name: old }] = statements.entries().next().value!;
      statements.delete(oldest);
      await send(serialize.close({ type: 'S', name: old }));
    }
    return statement;
  };

  const bound = ({ name }: Statement, values: (string | Uint8Array | null)[]): Uint8Array[] => [
    serialize.bind({ statement: name, values }),
    serialize.execute(),
  ];

  /** For whoever has the database to themselves. */
  const run = async <T>(
    text: string,
    params: readonly unknown[],
    options?: QueryOptions,
    first?: () => Promise<readonly Uint8Array[]>,
  ) => {
    const statement = await prepare(text);
    const { parameterTypes, columns } = statement;
    const values = params.map((value, index) => {
      if (value === null || value === undefined) return null;
      const type = parameterTypes[index]!;
      const serialise = options?.serializers?.[type] ?? client.serializers[type];
      return serialise ? serialise(value) : `${value as string | number}`;
    });
    const before = (await first?.()) ?? [];
    const messages = await send(...before, ...bound(statement, values));
    return resultOf<T>(
      columns,
      messages,
      (type) => options?.parsers?.[type] ?? client.parsers[type],
      options,
    );
  };

  /** Ends a transaction. @throws when it could not be kept, since a statement of it had failed */
  const end = async (how: 'commit' | 'rollback'): Promise<void> =>
    await client.runExclusive(async () => {
      const messages = await send(...bound(await prepare(how), []));
      if (how === 'commit' && messages.filter(isCommandComplete).some(({ text }) => text === 'ROLLBACK'))
        throw new Error('The transaction was undone: one of its statements had failed');
    });

  return {
    query: async <T>(text: string, params: unknown[] = [], options?: QueryOptions) =>
      await client._runExclusiveTransaction(async () => await run<T>(text, params, options)),
    transaction: async (work) =>
      await client._runExclusiveTransaction(async () => {
        let state: 'new' | 'open' | 'closed' = 'new';
        const begin = async (): Promise<readonly Uint8Array[]> => {
          if (state !== 'new') return [];
          const messages = bound(await prepare('begin'), []);
          state = 'open';
          return messages;
        };
        const query = async <T>(text: string, params: unknown[] = [], options?: QueryOptions) => {
          if (state === 'closed') throw new Error('The transaction is over');
          return await client.runExclusive(async () => await run<T>(text, params, options, begin));
        };
        const close = async (how: 'commit' | 'rollback'): Promise<void> => {
          const wasOpen = state === 'open';
          state = 'closed';
          if (wasOpen) await end(how);
        };
        let result;
        try {
          result = await work({ query });
        } catch (error) {
          await close('rollback');
          throw error;
        }
        await close('commit');
        return result;
      }),
  };
}

/**
 * Sends messages, and gives the answer to them all, read by the reader of `pg`: with PGlite's own a component took the
 * platform 198 µs instead of 164. @throws DatabaseError
 */
async function exchange(client: PGlite, messages: readonly Uint8Array[]): Promise<BackendMessage[]> {
  const answer: BackendMessage[] = [];
  let failure: DatabaseError | undefined;
  const parser = new Parser();
  await client.execProtocolRawStream(Buffer.concat([...messages, serialize.sync()]), {
    syncToFs: false,
    // The bytes are those of PGlite, which writes the next ones over them.
    onRawData: (bytes) =>
      parser.parse(Buffer.from(bytes), (message) => {
        if (message instanceof DatabaseError) failure ??= message;
        answer.push(message);
      }),
  });
  if (failure) throw failure;
  return answer;
}

type Decode = (text: string, type: number) => unknown;

/**
 * What a statement gave. PGlite's own function for it gathers a hundred parsers for every answer, of which a statement
 * needs a handful: that was an eighth of all that the engine does.
 */
function resultOf<T>(
  columns: Results['fields'],
  answer: readonly BackendMessage[],
  parserOf: (type: number) => Decode | undefined,
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

const isRowDescription = (message: BackendMessage): message is RowDescriptionMessage =>
  message.name === 'rowDescription';
const isParameterDescription = (message: BackendMessage): message is ParameterDescriptionMessage =>
  message.name === 'parameterDescription';
const isDataRow = (message: BackendMessage): message is DataRowMessage => message.name === 'dataRow';
const isCommandComplete = (message: BackendMessage): message is CommandCompleteMessage =>
  message.name === 'commandComplete';
