import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

import { sizeHeader } from './channel.ts';
import { readAddress } from './channel-file.ts';
import type { ChannelAddress } from './channel-file.ts';
import type { Done } from './command.ts';
import { AdministrationError, UsageError } from './errors.ts';
import type { Fault } from './errors.ts';

/** A platform that has just been started answers before that. */
const patienceMilliseconds = 60_000;
const retryMilliseconds = 200;

/**
 * Has the running platform of a folder do what the operator wants.
 * @throws AdministrationError when it refuses, or cannot be asked; UsageError
 */
export async function askPlatform(folder: string, args: readonly string[]): Promise<Done> {
  const answer = await send(folder, { method: 'POST', path: '/commands', body: JSON.stringify({ args }) });
  const body = JSON.parse(await text(answer)) as Done | Fault;
  if ('kind' in body) throw thrown(body);
  return { text: body.text, json: body.json, ids: body.ids };
}

/**
 * The backup of the running platform of a folder, as it comes.
 * @throws AdministrationError when it refuses, or cannot be asked
 */
export async function askBackup(
  folder: string,
): Promise<{ readonly bytes: Readable; readonly size: number }> {
  const answer = await send(folder, { method: 'POST', path: '/backup', body: '' });
  if (answer.statusCode !== 200) throw thrown(JSON.parse(await text(answer)) as Fault);
  return { bytes: answer, size: Number(answer.headers[sizeHeader]) };
}

const thrown = ({ kind, message }: Fault): Error =>
  kind === 'usage' ? new UsageError(message) : new AdministrationError(message, kind);

interface Question {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** The answer of the platform, once it listens. @throws AdministrationError */
async function send(folder: string, question: Question): Promise<IncomingMessage> {
  const deadline = performance.now() + patienceMilliseconds;
  for (;;) {
    const address = await readAddress(folder);
    const answer = address && (await reach(address, question));
    if (answer) return answer;
    if (performance.now() > deadline)
      throw new AdministrationError(
        `The platform that uses ${folder} does not take commands: is it still starting, or an older one? Stop it to go on without it`,
      );
    await pause(retryMilliseconds);
  }
}

/** Undefined while nobody listens there: nothing has been asked then. */
async function reach(
  { socket, secret }: ChannelAddress,
  { method, path, body }: Question,
): Promise<IncomingMessage | undefined> {
  const asking = request({
    socketPath: socket,
    method,
    path,
    headers: { authorization: `Bearer ${secret}` },
  });
  // Of one that breaks after it was answered.
  asking.on('error', () => undefined);
  asking.end(body);
  try {
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    return answer;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return undefined;
    throw new AdministrationError(
      `The platform ended while it was asked (${code ?? message}): look whether it was done`,
    );
  }
}
