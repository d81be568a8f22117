import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { removeAddress, writeAddress } from './channel-file.ts';
import { readCommand } from './command.ts';
import type { Command, Done } from './command.ts';
import { UsageError } from './errors.ts';
import type { Fault } from './errors.ts';
import { faultOf } from './fault.ts';

/** Of a socket's path, on every system. */
const longestPath = 100;
const largestBody = 1_000_000;

/** The answer to a backup tells by it how many bytes of files come. */
export const sizeHeader = 'x-fusion-bytes';

/** Bytes of an archive that come as they are read. */
export interface Backup {
  readonly bytes: Readable;
  /** Bytes of all files in it. */
  readonly size: number;
  /** To be called when they have been read, or nobody reads them any more. */
  readonly end: () => Promise<void>;
}

interface Channel {
  readonly perform: (command: Command) => Promise<Done>;
  /** A backup of the platform as it is now. */
  readonly backup: () => Promise<Backup>;
  /** Told of what nobody expected. */
  readonly failed: (error: unknown) => void;
}

/**
 * Lets the owner of the platform's folder ask the running platform, on this machine alone: a socket in the folder, which
 * only its owner may enter, and a secret in a file beside it.
 * @returns what ends it
 */
export async function openChannel(folder: string, channel: Channel): Promise<() => Promise<void>> {
  const secret = randomBytes(32).toString('base64url');
  const { path, remove } = await placeSocket(folder);
  const server = createServer((request, response) => {
    answer(request, response, secret, channel).catch((error: unknown) => {
      channel.failed(error);
      response.destroy();
    });
  });
  try {
    server.listen(path);
    await once(server, 'listening');
    if (process.platform !== 'win32') await chmod(path, 0o600);
    await writeAddress(folder, { socket: path, secret });
  } catch (error) {
    server.close();
    await remove();
    throw error;
  }
  return async () => {
    await removeAddress(folder);
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    await remove();
  };
}

/** In the folder itself, unless its path is too long for a socket. */
async function placeSocket(
  folder: string,
): Promise<{ readonly path: string; readonly remove: () => Promise<void> }> {
  if (process.platform === 'win32')
    return { path: `\\\\.\\pipe\\fusion-platform-${randomUUID()}`, remove: async () => undefined };
  const path = join(folder, 'admin.sock');
  if (Buffer.byteLength(path) <= longestPath) {
    // Left by a platform that was killed: this one has the folder for itself.
    await rm(path, { force: true });
    return { path, remove: async () => await rm(path, { force: true }) };
  }
  // Only its owner can enter it.
  const elsewhere = join(await mkdtemp(join(tmpdir(), 'fusion-admin-')), 'admin.sock');
  return {
    path: elsewhere,
    remove: async () => await rm(dirname(elsewhere), { recursive: true, force: true }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  secret: string,
  { perform, backup, failed }: Channel,
): Promise<void> {
  const send = (status: number, body: Done | Fault): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  if (!knows(request.headers.authorization, secret)) {
    request.resume();
    send(401, { message: 'The secret is not that of this platform', kind: 'refused' });
    return;
  }
  try {
    switch (`${request.method} ${request.url}`) {
      case 'POST /commands': {
        const { args } = JSON.parse(await read(request)) as { readonly args: readonly string[] };
        send(200, await perform(readCommand(args)));
        return;
      }
      case 'POST /backup': {
        const { bytes, size, end } = await backup();
        response.writeHead(200, { 'content-type': 'application/x-tar', [sizeHeader]: String(size) });
        // Whoever asked may go: what was laid aside is removed all the same, and before the answer ends.
        try {
          await pipeline(bytes, response, { end: false });
        } finally {
          await end();
        }
        response.end();
        return;
      }
      default:
        request.resume();
        send(404, {
          message: 'The platform that runs does not know this command: is it an older one?',
          kind: 'fault',
        });
    }
  } catch (error) {
    const fault = faultOf(error);
    if (!fault) failed(error);
    if (response.headersSent) response.destroy();
    else
      send(
        fault ? 400 : 500,
        fault ?? { message: 'The platform that runs could not do it; its log says why', kind: 'fault' },
      );
  }
}

/** Compared in a time that tells nothing of where they differ. */
function knows(authorization: string | undefined, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${secret}`));
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) throw new UsageError('The command is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
