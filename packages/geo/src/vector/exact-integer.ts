/** What Node 24 has and TypeScript does not know yet: https://tc39.es/proposal-json-parse-with-source */
interface RawJson {
  readonly rawJSON: string;
}
interface JsonWithSource {
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): value is RawJson;
}

const json = JSON as unknown as JsonWithSource;

/** One that may be larger than what numbers hold here. */
const LONG_INTEGER = /[:[,\s]-?[1-9]\d{15,}\s*[,\]}]/;

/**
 * JSON as a value, of which integers that no number here holds keep their digits: `JSON.stringify` writes them as they
 * were read, and `digitsOf` gives them.
 */
export function parseExact(text: string): unknown {
  if (!LONG_INTEGER.test(text)) return JSON.parse(text) as unknown;
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source ?? '';
    return typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source)
      ? json.rawJSON(source)
      : value;
  }) as unknown;
}

/** The digits of such an integer; null for any other value. */
export const digitsOf = (value: unknown): string | null => (json.isRawJSON(value) ? value.rawJSON : null);
