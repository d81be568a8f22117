import { readFile } from 'node:fs/promises';

import { visit } from 'jsonc-parser';

import type { AnalysisLimits } from '../findings/index.ts';
import { AnalysisError, kindNames, kindOf } from '../findings/index.ts';

const ADVICE = 'Check how it was exported; a GeoJSON file is text that begins with {';

/** Reads a file that claims to be GeoJSON as JSON, and says where it is not. */
export async function readJson(
  path: string,
  {
    fileName,
    size,
    limits,
    signal,
  }: { fileName: string; size: number; limits: Required<AnalysisLimits>; signal?: AbortSignal },
): Promise<unknown> {
  if (size > limits.maxVectorBytes)
    throw new AnalysisError(
      'too_large',
      `${fileName} has ${megabytes(size)} MB; GeoJSON of up to ${megabytes(limits.maxVectorBytes)} MB is accepted. Simplify it or split it`,
    );
  const bytes = await readFile(path, signal === undefined ? {} : { signal });
  const kind = kindOf(bytes.subarray(0, 4096));
  if (kind !== 'json' && kind !== 'text' && kind !== 'xml')
    throw new AnalysisError(
      'wrong_type',
      `${fileName} is not JSON: it looks like ${kindNames[kind]}. ${kind === 'gzip' || kind === 'zip' ? 'Unpack it and upload the file inside' : ADVICE}`,
    );
  const text = decode(bytes, fileName);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new AnalysisError('wrong_type', `${fileName} is not JSON: ${firstFault(text)}. ${ADVICE}`, {
      cause,
    });
  }
}

function decode(bytes: Buffer, fileName: string): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  try {
    // A byte order mark is dropped by the decoder.
    return new TextDecoder(utf16 ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AnalysisError('wrong_type', `${fileName} is not JSON: it is not text in UTF-8. ${ADVICE}`, {
      cause,
    });
  }
}

/** Where the text stops being JSON. JSON.parse does not always say, so a second reader looks for the place. */
function firstFault(text: string): string {
  let offset = text.length;
  visit(
    text,
    { onError: (_code, at) => (offset = Math.min(offset, at)) },
    { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false },
  );
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - before.lastIndexOf('\n');
  const what =
    offset >= text.length ? 'the text ends too early' : `unexpected ${JSON.stringify(text[offset])}`;
  return `line ${line}, column ${column}: ${what}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(bytes < 10 * 1024 * 1024 ? 1 : 0);
}
