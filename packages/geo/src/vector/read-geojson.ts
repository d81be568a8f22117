import { visit } from 'jsonc-parser';

import { AnalysisError } from '../findings/index.ts';
import { decodeText, readAll } from './read-text.ts';
import type { ReadOptions } from './read-text.ts';

const ADVICE = 'Check how it was exported; a GeoJSON file is text that begins with {';

/** Reads a file that claims to be GeoJSON as JSON, and says where it is not. */
export async function readJson(path: string, options: ReadOptions): Promise<unknown> {
  const { fileName } = options;
  const bytes = await readAll(path, 'GeoJSON', options);
  const text = decodeText(bytes);
  if (text === null)
    throw new AnalysisError('wrong_type', `${fileName} is not JSON: it is not text in UTF-8. ${ADVICE}`);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new AnalysisError('wrong_type', `${fileName} is not JSON: ${firstFault(text)}. ${ADVICE}`, {
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
