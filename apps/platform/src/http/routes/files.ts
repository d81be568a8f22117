import { create as contentDisposition } from 'content-disposition';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { lookup } from 'mime-types';

import type { Data } from '../../data/index.ts';
import { receiveBytes } from '../receive-bytes.ts';
import { resumeUploads } from '../resume-uploads.ts';
import { sendPieces } from '../send-pieces.ts';
import { wantedRange } from '../wanted-range.ts';

/** The signed addresses: whoever holds one may use it, without a token of a session. */
export function serveFiles(data: Data): (app: FastifyInstance) => void {
  return (app) => {
    // Bytes are never parsed: they stream through, whatever they say they are.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));

    receiveBytes(app, '/uploads/:token', async (token, bytes) => await data.receiveUpload(token, bytes));
    resumeUploads(app, '/uploads/:token', data);

    app.get<{ Params: { token: string } }>(
      '/downloads/:token',
      { exposeHeadRoute: false },
      async (request, reply) => await download(data, request, reply),
    );
    app.head<{ Params: { token: string } }>(
      '/downloads/:token',
      async (request, reply) => await download(data, request, reply),
    );
  };
}

async function download(
  data: Data,
  request: FastifyRequest<{ Params: { token: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { name, size, sha256, elsewhere, read } = await data.openDownload(request.params.token);
  const contentType = lookup(name) || 'application/octet-stream';
  reply.headers({
    'accept-ranges': 'bytes',
    // What comes from users is never shown as a page of the platform's own.
    'content-disposition': contentDisposition(name),
    'content-security-policy': "default-src 'none'; sandbox",
    'content-type': contentType,
    'cache-control': 'private, max-age=3600',
  });
  if (sha256) {
    reply.header('etag', `"${sha256}"`);
    // Of the whole file, whatever part of it is asked for.
    reply.header('repr-digest', `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`);
  }
  const url = request.method === 'HEAD' ? undefined : await elsewhere(contentType);
  if (url !== undefined) {
    // Each time another one: an address that is kept would end before this one does.
    reply.headers({ 'cache-control': 'no-store', location: url }).removeHeader('content-type');
    return await reply.code(307).send('');
  }
  const range = wantedRange(request, size, sha256 === null ? null : `"${sha256}"`);
  if (range === 'unsatisfiable')
    return await reply.code(416).header('content-range', `bytes */${size}`).send('');
  const length = range ? range.end - range.start + 1 : size;
  reply.header('content-length', String(length));
  if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${size}`);
  if (request.method === 'HEAD') return await reply.send(null);
  await sendPieces(request, reply, await read(range));
  return reply;
}
