import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

import type { FastifyInstance } from 'fastify';

import type { Accounts } from '../../accounts/index.ts';
import { authorizationOf } from '../browser-session.ts';
import { sendPieces } from '../send-pieces.ts';
import { wantedRange } from '../wanted-range.ts';

export const mapTilesPath = '/map-tiles.pmtiles';

/** `PMTiles` and the version of its specification, with which an archive begins. */
const magic = Buffer.from('PMTiles\u0003');
const pieceBytes = 256 * 1024;

/** @throws an error that says what is wrong with the file, where it is no archive that can be read */
export async function checkMapTiles(file: string): Promise<void> {
  const refuse = (why: string, cause?: unknown): Error =>
    new Error(`FUSION_MAP_TILES: ${file} ${why}`, { cause });
  let handle: FileHandle;
  try {
    handle = await open(file);
  } catch (error) {
    throw refuse(`cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`, error);
  }
  try {
    if (!(await handle.stat()).isFile()) throw refuse('is no file');
    const { buffer } = await handle.read(Buffer.alloc(magic.length), 0, magic.length, 0);
    if (!buffer.equals(magic)) throw refuse('is no PMTiles archive of version 3');
  } finally {
    await handle.close();
  }
}

/** The archive of the base map by range, to everybody who is signed in. */
export function serveMapTiles(
  app: FastifyInstance,
  file: string,
  { accounts, origin }: { readonly accounts: Accounts; readonly origin: () => string },
): void {
  app.route({
    method: ['GET', 'HEAD'],
    url: mapTilesPath,
    onRequest: async (request) => {
      const { userId } = await accounts.authenticate(authorizationOf(request.headers, origin()));
      request.userId = userId;
    },
    handler: async (request, reply) => {
      const handle = await open(file);
      try {
        const { size, mtimeMs } = await handle.stat();
        // Of another content where the file has been replaced: the page then reads the archive from its start.
        const etag = `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"`;
        reply.headers({
          'accept-ranges': 'bytes',
          'cache-control': 'private, max-age=3600',
          'content-security-policy': "default-src 'none'; sandbox",
          'content-type': 'application/vnd.pmtiles',
          etag,
          vary: 'authorization, cookie',
        });
        const range = wantedRange(request, size, etag);
        if (range === 'unsatisfiable')
          return await reply
            .code(416)
            .headers({ 'content-range': `bytes */${size}`, 'cache-control': 'no-store' })
            .send('');
        const { start, end } = range ?? { start: 0, end: size - 1 };
        reply.header('content-length', String(end - start + 1));
        if (range) reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`);
        if (request.method === 'HEAD') return await reply.send(null);
        const bytes = handle.createReadStream({ start, end, highWaterMark: pieceBytes, autoClose: false });
        await sendPieces(request, reply, bytes as AsyncIterable<Buffer>);
        return reply;
      } finally {
        await handle.close();
      }
    },
  });
}
