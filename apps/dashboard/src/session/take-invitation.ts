/** Where the link of an invitation leads. */
const place = '/invitation';

/**
 * The code of an invitation. It stands behind the `#`, which never leaves the browser, and is taken out of the address and
 * the history at once.
 * @returns undefined on every other page; an empty text where the link is not whole, as after a reload
 */
export function takeInvitation(): string | undefined {
  const { pathname, hash } = globalThis.location;
  if (pathname.replace(/\/$/, '') !== place) return undefined;
  const code = new URLSearchParams(hash.slice(1)).get('code') ?? '';
  history.replaceState(null, '', place);
  return code;
}
