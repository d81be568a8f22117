/**
 * The code of a link that logs in once. It stands behind the `#`, which never leaves the browser, and is taken out of the
 * address and the history at once.
 */
export function takeCode(): string | undefined {
  const { pathname, search, hash } = globalThis.location;
  const code = new URLSearchParams(hash.slice(1)).get('code') ?? undefined;
  if (code) history.replaceState(null, '', pathname === '/sign-in' ? '/' : pathname + search);
  return code;
}
