const secret = /password|token|secret|authorization|cookie|credential|signature|^code$/i;
const address = /\bhttps?:\/\/[^\s"'<>]+/g;
const bearer = /\bBearer\s+[\w.~+/=-]+/gi;
const jwt = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;

const hidden = '*****';

/**
 * A copy of what is about to be logged without its secrets: the values of passwords, tokens and codes by their names, bearer
 * tokens wherever they stand, and the queries and user parts of addresses, since a signed address needs no other key.
 */
export function maskSecrets(value: unknown): unknown {
  if (typeof value === 'string') return maskText(value);
  if (Array.isArray(value)) return value.map(maskSecrets);
  if (value instanceof Error) return { name: value.name, message: maskText(value.message) };
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      secret.test(key) && item !== null && item !== undefined ? hidden : maskSecrets(item),
    ]),
  );
}

export function maskText(text: string): string {
  return text.replaceAll(address, maskAddress).replaceAll(bearer, `Bearer ${hidden}`).replaceAll(jwt, hidden);
}

function maskAddress(text: string): string {
  return text.replace(/^(https?:\/\/)[^/@\s]*@/, `$1${hidden}@`).replace(/[?#].*$/, `?${hidden}`);
}
