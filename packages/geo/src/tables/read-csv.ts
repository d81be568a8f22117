import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { TextDecoderStream } from 'node:stream/web';
import { Readable } from 'node:stream';

import { CsvError, parse } from 'csv-parse';

import { AnalysisError } from '../findings/index.ts';
import { dialectOf, LINE_ENDS } from './dialect.ts';

export interface CsvRows extends AsyncIterable<string[]> {
  /** How many lines of text were read so far. */
  lines(): number;
  /** What parts the fields of a row. */
  readonly delimiter: string;
}

const LONGEST_RECORD = 1024 * 1024;
const HEAD_BYTES = 64 * 1024;

/**
 * Reads the rows of a table one by one: text in UTF-8, UTF-16 with a byte order mark, or else in the code page of
 * Windows, its lines ended in any way, its fields parted by a comma, semicolon, tab or bar, whichever fits its first rows.
 * @throws {AnalysisError} at the line where it cannot be read on.
 */
export async function readCsv<T>(
  path: string,
  { fileName, signal }: { fileName: string; signal?: AbortSignal },
  use: (rows: CsvRows) => Promise<T>,
): Promise<T> {
  const head = await headOf(path);
  const utf16 =
    head[0] === 0xff && head[1] === 0xfe
      ? 'utf-16le'
      : head[0] === 0xfe && head[1] === 0xff
        ? 'utf-16be'
        : null;
  const attempt = (encoding: string): Promise<T> =>
    attemptIn(path, encoding, head, { fileName, signal }, use);
  try {
    return await attempt(utf16 ?? 'utf-8');
  } catch (error) {
    if (
      utf16 !== null ||
      !(error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
    )
      throw error;
    return attempt('windows-1252');
  }
}

async function attemptIn<T>(
  path: string,
  encoding: string,
  head: Buffer,
  { fileName, signal }: { fileName: string; signal: AbortSignal | undefined },
  use: (rows: CsvRows) => Promise<T>,
): Promise<T> {
  const { delimiter, skip } = dialectOf(new TextDecoder(encoding).decode(head), head.length < HEAD_BYTES);
  const parser = parse({
    bom: true,
    delimiter,
    from_line: skip + 1,
    max_record_size: LONGEST_RECORD,
    record_delimiter: LINE_ENDS,
    relax_column_count: true,
    // A quotation mark within a field is part of it: 5" pipe.
    relax_quotes: true,
    skip_empty_lines: true,
  });
  const bytes = Readable.toWeb(createReadStream(path, signal === undefined ? {} : { signal }));
  const text = bytes.pipeThrough(new TextDecoderStream(encoding, { fatal: true }));
  const counter = new LineCounter();
  const piped = pipeline(text, (chunks: AsyncIterable<string>) => counter.count(chunks), parser);
  try {
    const [result] = await Promise.all([
      use({
        [Symbol.asyncIterator]: () => parser[Symbol.asyncIterator](),
        lines: () => counter.lines,
        delimiter,
      }),
      piped,
    ]);
    return result;
  } catch (error) {
    parser.destroy();
    await piped.catch(() => undefined);
    signal?.throwIfAborted();
    throw error instanceof CsvError ? refusal(error, fileName) : error;
  }
}

class LineCounter {
  lines = 0;

  async *count(chunks: AsyncIterable<string>): AsyncGenerator<string> {
    let last = '\n';
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at++) {
        const code = chunk.charCodeAt(at);
        // A line feed right behind a carriage return ends no further line.
        if (code === 13 || (code === 10 && (at === 0 ? last : chunk[at - 1]) !== '\r')) this.lines += 1;
      }
      last = chunk.at(-1) ?? last;
      yield chunk;
    }
    if (last !== '\n' && last !== '\r') this.lines += 1;
  }
}

function refusal(error: CsvError, fileName: string): AnalysisError {
  if (error.code === 'CSV_MAX_RECORD_SIZE')
    return new AnalysisError(
      'too_large',
      `${fileName} has a row of more than ${LONGEST_RECORD} characters${place(error)}. Perhaps a quotation mark is not closed`,
      { cause: error },
    );
  return new AnalysisError(
    'damaged',
    `${fileName} cannot be read as CSV${place(error)}: ${error.message}. Check its quotation marks`,
    { cause: error },
  );
}

function place({ lines }: CsvError): string {
  return typeof lines === 'number' ? ` at line ${lines}` : '';
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
