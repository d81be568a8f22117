import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

import { mapTilesPath } from './map-tiles.ts';

/**
 * Nothing but the platform's own files, and no script or style in the page itself. Pictures are made of bytes that were
 * downloaded, hence `blob:` for them.
 */
function policyWith(tiles: MapTiles | undefined): string {
  const also = (kind: MapTiles['kind']): string =>
    tiles?.kind === kind && 'origin' in tiles ? ` ${tiles.origin}` : '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' blob: data:${also('xyz')}`,
    `connect-src 'self'${also('pmtiles')}`,
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const fixedHeaders = {
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'geolocation=(), camera=(), microphone=()',
};

const missing = `<!doctype html><html lang="en"><meta charset="utf-8"><title>fusion-platform</title>
<p>The platform is running, but its dashboard has not been built. Run <code>npm run build:dashboard</code> and load this page again.
<p>The <a href="/reference">reference of the API</a> is there.`;

/** A base map in place of that of the page: at another server, or a file of this one. */
export type MapTiles =
  | { readonly kind: 'xyz' | 'pmtiles'; readonly address: string; readonly origin: string }
  | { readonly kind: 'pmtiles'; readonly file: string };

export interface Dashboard {
  readonly folder: string;
  /** Its origin may be asked then, for pictures or for the archive. */
  readonly tiles?: MapTiles | undefined;
  readonly attribution?: string | undefined;
}

const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`);

/** The dashboard: one page for every address of its own, and files with hashed names that never change. */
export async function serveDashboard(
  app: FastifyInstance,
  { folder, tiles, attribution = '' }: Dashboard,
): Promise<void> {
  const policy = policyWith(tiles);
  const headers = { ...fixedHeaders, 'content-security-policy': policy };
  // Settings go into the page as data: a script in it would break its own policy.
  const handed = tiles
    ? `<meta name="fusion-map-tiles" data-kind="${tiles.kind}" content="${escaped('file' in tiles ? mapTilesPath : tiles.address)}" data-attribution="${escaped(attribution)}"></head>`
    : '</head>';
  const page = async (reply: FastifyReply): Promise<FastifyReply> => {
    const path = join(folder, 'index.html');
    // Read each time: a build while the platform runs is there at the next load.
    const html = existsSync(path) ? (await readFile(path, 'utf8')).replace('</head>', () => handed) : missing;
    return await reply
      .headers({ ...headers, 'cache-control': 'no-cache' })
      .type('text/html; charset=utf-8')
      .send(html);
  };
  for (const url of ['/', '/sign-in', '/invitation', '/o/*'])
    app.get(url, async (_request, reply) => await page(reply));
  app.get('/ui', async (_request, reply) => await reply.redirect('/', 302));
  app.get<{ Params: { '*': string } }>('/ui/*', async (request, reply) => {
    // Never to another host: a path that begins with two slashes would name one.
    const path = `/${request.params['*'].replaceAll('\\', '/').replace(/^\/+/, '')}`;
    return await reply.redirect(encodeURI(path), 302);
  });
  await app.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    index: false,
    decorateReply: false,
    immutable: true,
    maxAge: '365d',
    preCompressed: true,
    setHeaders: (reply) => void reply.header('content-security-policy', policy),
  });
}
