import { visit } from 'jsonc-parser';

import { AnalysisError } from '../findings/index.ts';
import { decodeText, readAll } from './read-text.ts';
import type { ReadOptions } from './read-text.ts';
import { parseExact } from './exact-integer.ts';

const ADVICE = 'Check how it was exported; a GeoJSON file is text that begins with {';

/** Reads a file that claims to be GeoJSON as JSON, and says where it is not. */
export async function readJson(path: string, options: ReadOptions): Promise<unknown> {
  const { fileName } = options;
  const bytes = await readAll(path, 'GeoJSON', options);
  const text = decodeText(bytes);
  if (text === null)
    throw new AnalysisError('wrong_type', `${fileName} is not JSON: it is not text in UTF-8. ${ADVICE}`);
  try {
    return parseExact(text);
  } catch (cause) {
    const what = isSequence(text) ? SEQUENCE : `is not JSON: ${firstFault(text)}. ${ADVICE}`;
    throw new AnalysisError('wrong_type', `${fileName} ${what}`, { cause });
  }
}

const SEQUENCE =
  'holds one JSON text after the other, as GeoJSON text sequences do, and is not GeoJSON itself. Gather the features in a FeatureCollection, e.g. with ogr2ogr -f GeoJSON';

/** Whether its first line is JSON by itself, and another follows. */
function isSequence(text: string): boolean {
  if (text.startsWith('\u001E')) return true;
  const [first = '', next = ''] = text.split(/\r?\n/, 2);
  if (!first.startsWith('{') || !next.startsWith('{')) return false;
  try {
    JSON.parse(first);
    return true;
  } catch {
    return false;
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
