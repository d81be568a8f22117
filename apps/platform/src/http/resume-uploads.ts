import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { CallError } from '@fusion-platform/contract';

import type { Data, Received } from '../data/index.ts';
import { OffsetError } from '../objects/index.ts';
import { errorAnswer } from './errors.ts';
import { keepPace } from './patience.ts';
import { readToTheEnd } from './read-to-the-end.ts';

type Asked = FastifyRequest<{ Params: { token: string } }>;

const version = '1.0.0';

/** Sent along by those who carry an upload on; a page of another origin may read them. */
export const uploadHeaders = ['tus-resumable', 'upload-offset', 'upload-length', 'x-fusion-platform-sha256'];

/**
 * Uploads in several goes at a signed address, as the core of the tus protocol 1.0 has it (https://tus.io): HEAD tells how
 * much has come, PATCH adds to it. The file is announced by a call of the API, so nothing is created here; its length comes
 * with the first bytes.
 */
export function resumeUploads(app: FastifyInstance, path: string, data: Data): void {
  app.head<{ Params: { token: string } }>(path, async (request, reply) => {
    if (!speaksTus(request, reply)) return reply;
    tell(reply, await data.uploadState(request.params.token));
    return await reply.header('cache-control', 'no-store').send('');
  });
  app.patch<{ Params: { token: string } }>(
    path,
    { bodyLimit: Number.MAX_SAFE_INTEGER, config: { takesFiles: true } },
    async (request, reply) => {
      try {
        if (!speaksTus(request, reply)) return reply;
        tell(reply, await receive(data, request, reply));
        return await reply.code(204).send();
      } catch (error) {
        readToTheEnd(request);
        if (!(error instanceof OffsetError)) throw error;
        reply.header('upload-offset', String(error.offset));
        throw new CallError('conflict', `Upload-Offset: ${error.offset} bytes have come, others come next`, {
          cause: error,
        });
      }
    },
  );
}

async function receive(data: Data, request: Asked, reply: FastifyReply): Promise<Received> {
  const { raw, headers } = request;
  if (headers['content-type'] !== 'application/offset+octet-stream')
    throw new CallError('bad_request', 'Content-Type: send application/offset+octet-stream');
  const offset = countOf(request, 'upload-offset');
  if (offset === undefined) throw new CallError('bad_request', 'Upload-Offset: say where the bytes belong');
  keepPace(request, reply);
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.complete) gone.abort(new Error('the upload was cut off'));
  });
  return await data.continueUpload(request.params.token, {
    source: raw,
    offset,
    length: countOf(request, 'upload-length'),
    size: countOf(request, 'content-length'),
    signal: gone.signal,
    end: () => {
      if (!raw.complete) raw.destroy(new Error('it is carried on by another request'));
    },
  });
}

/** Other versions of the protocol are refused, and told which one it is. */
function speaksTus(request: Asked, reply: FastifyReply): boolean {
  reply.header('tus-resumable', version);
  if (request.headers['tus-resumable'] === version) return true;
  const error = new CallError('bad_request', `Tus-Resumable: this platform speaks version ${version}`);
  const { body } = errorAnswer(error, request.id);
  if (request.method !== 'HEAD') readToTheEnd(request);
  void reply
    .code(412)
    .header('tus-version', version)
    .send(request.method === 'HEAD' ? '' : body);
  return false;
}

function tell(reply: FastifyReply, { offset, length, sha256 }: Received): void {
  reply.header('upload-offset', String(offset));
  if (length === undefined) reply.header('upload-defer-length', '1');
  else reply.header('upload-length', String(length));
  if (sha256 !== undefined)
    reply.header('x-fusion-platform-sha256', Buffer.from(sha256, 'hex').toString('base64'));
}

/** A header that counts bytes. @throws CallError for anything else */
function countOf({ headers }: Asked, name: string): number | undefined {
  const text = headers[name];
  if (text === undefined) return undefined;
  const count = typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  if (count === undefined) throw new CallError('bad_request', `${name}: a whole number of bytes`);
  return count;
}
