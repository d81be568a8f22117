import type { FastifyInstance } from 'fastify';

import { calls } from '@fusion-platform/contract';

import type { Published } from '../../catalogue/index.ts';
import { keepPace } from '../patience.ts';
import { receiveBytes } from '../receive-bytes.ts';
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
        return {
          model: await published.publish(asker, { upload, serviceFile, organisations, signal: signal() }),
        };
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
    receiveBytes(
      app,
      '/service-archives/:token',
      async (token, bytes) => await published.receive(token, bytes),
    );
  };
}
