import { basename, dirname } from 'node:path';

import fastifyStatic from '@fastify/static';
import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';

import type { Scene } from '../stac/index.ts';
import { addRoutes } from './routes.ts';

/** A server of scenes, not yet listening. It writes addresses as its caller wrote them. */
export async function createServer(scenes: readonly Scene[]): Promise<FastifyInstance> {
  const server = fastify({ forceCloseConnections: true, routerOptions: { ignoreTrailingSlash: true } });
  await server.register(fastifyStatic, {
    root: [...new Set(scenes.map(({ path }) => dirname(path)))],
    serve: false,
  });

  server.setErrorHandler<Error & { statusCode?: number; code?: string }>((error, _request, reply) => {
    const status = error.statusCode ?? 500;
    const code = status < 500 ? 'BadRequest' : 'ServerError';
    return reply
      .code(status)
      .send({ code, description: status < 500 ? error.message : 'The archive failed' });
  });
  server.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ code: 'NotFound', description: `There is nothing at ${request.url}` }),
  );

  server.get<{ Params: { collection: string; file: string } }>(
    '/assets/:collection/:file',
    async (request, reply) => {
      const { collection, file } = request.params;
      const scene = scenes.find((one) => one.collection === collection && basename(one.path) === file);
      if (!scene) return reply.callNotFound();
      reply.type(scene.analysis.stac.mediaType);
      return reply.sendFile(file, dirname(scene.path), { cacheControl: false });
    },
  );
  addRoutes(server, scenes);
  return server;
}
