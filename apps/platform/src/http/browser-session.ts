import type { IncomingHttpHeaders } from 'node:http';

/** Says that a call comes from a page of the platform, whose browser holds the session in a cookie. */
const asked = 'x-fusion-platform-session';

/**
 * The cookie of a page's session: for this host alone, out of the reach of scripts, sent with no request that another
 * site makes. Browsers do not tell ports of a host apart, so its name does.
 */
export const cookieName = (origin: string): string => {
  const { port, protocol } = new URL(origin);
  return `fusion_session_${port || (protocol === 'https:' ? '443' : '80')}`;
};

export function sessionCookie(origin: string, value: string, maximumAgeSeconds: number): string {
  const secure = origin.startsWith('https:') ? '; Secure' : '';
  return `${cookieName(origin)}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maximumAgeSeconds}${secure}`;
}

/**
 * The authorization of a call: its own, or that of the cookie. The cookie counts only with a header that a page of another
 * origin cannot send along with it (a preflight would have to allow credentials, and none does), and not where the browser
 * says that another origin asks: a page on another port of the same host is the same site to it.
 */
export function authorizationOf(headers: IncomingHttpHeaders, origin: string): string | undefined {
  const { authorization, cookie, 'sec-fetch-site': site } = headers;
  if (authorization !== undefined || headers[asked] !== 'cookie') return authorization;
  if (cookie === undefined || (site !== undefined && site !== 'same-origin')) return undefined;
  const name = `${cookieName(origin)}=`;
  const value = cookie.split(/; */).find((part) => part.startsWith(name));
  return value === undefined ? undefined : `Bearer ${value.slice(name.length)}`;
}

/** When an access token that the platform has made or checked ends. */
export function endOfToken(token: string): Date {
  const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    exp: number;
  };
  return new Date(payload.exp * 1000);
}
