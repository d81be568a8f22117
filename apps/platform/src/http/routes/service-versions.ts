import type { FastifyInstance } from 'fastify';

import { calls } from '@fusion-platform/contract';

import type { Published } from '../../catalogue/index.ts';
import { keepPace } from '../patience.ts';
import { readToTheEnd } from '../read-to-the-end.ts';
import { route } from '../route.ts';
import type { Route } from '../route.ts';

const author = { role: 'create_ssds' } as const;
const authorOrAuditor = { role: ['create_ssds', 'audit_ssds'] } as const;
const auditor = { role: 'audit_ssds' } as const;

/** Services that organisations publish themselves. */
export function serviceVersionRoutes(published: Published): Route[] {
  return [
    route(
      calls.addServiceArchive,
      async ({ body, origin, ...asker }) => {
        const archive = { serviceFile: body.service_file, size: body.size };
        const { upload, token } = await published.announce(asker, archive);
        return { extras: { upload, url: `${origin}/service-archives/${token}` } };
      },
      author,
    ),
    route(
      calls.publishService,
      async ({ body, signal, ...asker }) => {
        const { upload, service_file: serviceFile, organisations } = body;
        return { model: await published.publish(asker, { upload, serviceFile, organisations, signal }) };
      },
      author,
    ),
    route(
      calls.listServiceVersions,
      async ({ list, ...asker }) => await published.list(asker, list),
      authorOrAuditor,
    ),
    route(
      calls.getServiceVersion,
      async ({ params, ...asker }) => ({ model: await published.get(asker, params.service_version_id) }),
      authorOrAuditor,
    ),
    route(
      calls.downloadServiceArchive,
      async ({ params, origin, ...asker }) => ({
        extras: {
          url: `${origin}/service-archives/${await published.archiveToken(asker, params.service_version_id)}`,
        },
      }),
      authorOrAuditor,
    ),
    route(
      calls.approveServiceVersion,
      async ({ params, ...asker }) => ({ model: await published.approve(asker, params.service_version_id) }),
      auditor,
    ),
    route(
      calls.withdrawServiceVersion,
      async ({ params, body, ...asker }) => ({
        model: await published.withdraw(asker, params.service_version_id, body.reason ?? null),
      }),
      authorOrAuditor,
    ),
    route(
      calls.changeServiceVersionOrganisations,
      async ({ params, body, ...asker }) => ({
        model: await published.changeOrganisations(asker, params.service_version_id, body.organisations),
      }),
      author,
    ),
  ];
}

/** The addresses that take archives: whoever holds one may use it, without a token of a session. */
export function serveServiceArchives(published: Published): (app: FastifyInstance) => void {
  return (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    app.get<{ Params: { token: string } }>(
      '/service-archives/:token',
      { exposeHeadRoute: false },
      async (request, reply) => {
        const { sha256, size, read } = await published.openArchive(request.params.token);
        reply.headers({
          // It comes from users: never a page of the platform's own.
          'content-disposition': 'attachment; filename="service.tar.gz"',
          'content-security-policy': "default-src 'none'; sandbox",
          'content-type': 'application/gzip',
          'content-length': String(size),
          'cache-control': 'private, no-store',
          etag: `"${sha256}"`,
          'repr-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
        });
        keepPace(request, reply);
        return await reply.send(await read());
      },
    );
    app.put<{ Params: { token: string } }>(
      '/service-archives/:token',
      { bodyLimit: Number.MAX_SAFE_INTEGER, config: { takesFiles: true } },
      async (request, reply) => {
        keepPace(request, reply);
        const gone = new AbortController();
        request.raw.once('close', () => {
          if (!request.raw.complete) gone.abort(new Error('the upload was cut off'));
        });
        const length = request.headers['content-length'];
        try {
          const { sha256 } = await published.receive(request.params.token, {
            source: request.raw,
            length: length === undefined ? undefined : Number(length),
            signal: gone.signal,
          });
          reply.header('x-fusion-platform-sha256', Buffer.from(sha256, 'hex').toString('base64'));
          return {};
        } catch (error) {
          readToTheEnd(request);
          throw error;
        }
      },
    );
  };
}
