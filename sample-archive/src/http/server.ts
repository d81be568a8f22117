import fastifyStatic from '@fastify/static';
import { fastify } from 'fastify';
import type { FastifyInstance, FastifyReply } from 'fastify';

import { fileOf, folderOf } from '../stac/index.ts';
import type { Scene } from '../stac/index.ts';
import { addRoutes } from './routes.ts';

/** A server of scenes, not yet listening. It writes addresses as its caller wrote them. */
export async function createServer(scenes: readonly Scene[]): Promise<FastifyInstance> {
  const server = fastify({ forceCloseConnections: true, routerOptions: { ignoreTrailingSlash: true } });
  await server.register(fastifyStatic, {
    root: [...new Set(scenes.map(folderOf))],
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
      const ours = scenes.filter((one) => one.kind === 'file' && one.collection === collection);
      return await sendFile(ours, file, reply);
    },
  );
  server.get<{ Params: { collection: string; item: string; file: string } }>(
    '/assets/:collection/:item/:file',
    async (request, reply) => {
      const { collection, item, file } = request.params;
      const ours = scenes.filter(
        (one) => one.kind === 'item' && one.collection === collection && one.id === item,
      );
      return await sendFile(ours, file, reply);
    },
  );
  addRoutes(server, scenes);
  return server;
}

async function sendFile(scenes: readonly Scene[], name: string, reply: FastifyReply): Promise<unknown> {
  const [file] = scenes.flatMap((scene) => fileOf(scene, name) ?? []);
  if (!file) return reply.callNotFound();
  reply.type(file.mediaType);
  return reply.sendFile(file.name, file.folder, { cacheControl: false });
}
