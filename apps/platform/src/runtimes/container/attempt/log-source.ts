import { watch } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import type Modem from 'docker-modem';
import type { Container } from 'dockerode';

import type { LogStream } from '../../runtime.ts';

/** A part of a log as a daemon keeps it: a line, or a piece of one. */
export interface LogPart {
  readonly stream: LogStream;
  /** When it was written, as the daemon says it. */
  readonly time: string;
  readonly content: Buffer;
}

/** A container's log from its start to its end. */
export type LogSource = (signal: AbortSignal) => AsyncIterable<LogPart>;

const lineFeed = 0x0a;
const space = 0x20;
const headerBytes = 8;
const blockBytes = 262_144;
const lookMilliseconds = 250;

/** Docker's own: it keeps the log, and follows it to the container's end. */
export function daemonLog(container: Container): LogSource {
  return async function* (signal) {
    const stream = await openLog(container, signal);
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of stream) {
      let bytes = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
      // 1 byte says the stream, 3 nothing, 4 the length of a line, or a piece of one, after its time.
      while (bytes.length >= headerBytes) {
        const end = headerBytes + bytes.readUInt32BE(4);
        if (bytes.length < end) break;
        const frame = bytes.subarray(headerBytes, end);
        const at = frame.indexOf(space);
        const time = frame.toString('latin1', 0, Math.max(0, at));
        yield { stream: bytes[0] === 2 ? 'stderr' : 'stdout', time, content: frame.subarray(at + 1) };
        bytes = bytes.subarray(end);
      }
      rest = Buffer.from(bytes);
    }
  };
}

/** As a stream in any case: the library holds a log that is not followed in memory as a whole. */
async function openLog({ id, modem }: Container, signal: AbortSignal): Promise<Readable> {
  return await new Promise<Readable>((resolve, reject) => {
    (modem as Modem).dial(
      {
        path: `/containers/${id}/logs?`,
        method: 'GET',
        isStream: true,
        statusCodes: { 200: true, 404: 'no such container', 500: 'server error' },
        options: { follow: true, stdout: true, stderr: true, timestamps: true },
        abortSignal: signal,
      },
      (error, stream) => (error ? reject(error) : resolve(stream as Readable)),
    );
  });
}

/**
 * The file that Podman writes a log to, in the format of Kubernetes: time, stream, P (a piece of a line) or F (the rest of
 * it), content. Its calls for logs lose lines where a container writes fast, and tell times in whole seconds.
 * @param exited resolves when no more will be written
 */
export function fileLog(path: string, exited: Promise<void>): LogSource {
  let over = false;
  void exited.then(() => (over = true));
  return async function* (signal) {
    let at = 0;
    let rest: Buffer = Buffer.alloc(0);
    while (!signal.aborted) {
      const last = over;
      const block = await readBlock(path, at);
      at += block.length;
      const bytes = rest.length === 0 ? block : Buffer.concat([rest, block]);
      let start = 0;
      for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed, start)) {
        const part = parseLine(bytes.subarray(start, end + 1));
        if (part !== null) yield part;
        start = end + 1;
      }
      rest = bytes.subarray(start);
      if (block.length > 0) continue;
      if (last) return;
      await untilChanged(path, exited, signal);
    }
  };
}

/** @param line with its line feed, which only the end of a line of the log has */
function parseLine(line: Buffer): LogPart | null {
  const first = line.indexOf(space);
  const second = line.indexOf(space, first + 1);
  const third = line.indexOf(space, second + 1);
  if (first === -1 || second === -1 || third === -1) return null;
  const whole = line[second + 1] === 0x46;
  return {
    time: line.toString('latin1', 0, first),
    stream: line.toString('latin1', first + 1, second) === 'stderr' ? 'stderr' : 'stdout',
    content: line.subarray(third + 1, whole ? line.length : line.length - 1),
  };
}

/** Empty where there is no more, or no file yet. */
async function readBlock(path: string, from: number): Promise<Buffer> {
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(blockBytes), 0, blockBytes, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** At the latest after a moment: a watch may not be had, or miss what came before it. */
async function untilChanged(path: string, exited: Promise<void>, signal: AbortSignal): Promise<void> {
  const changed = Promise.withResolvers<void>();
  const done = new AbortController();
  try {
    watch(path, { signal: done.signal, persistent: false }, () => changed.resolve()).on(
      'error',
      () => undefined,
    );
  } catch {
    // No file yet, or too many watches on this machine.
  }
  const pause = delay(lookMilliseconds, undefined, { signal: AbortSignal.any([signal, done.signal]) });
  await Promise.race([changed.promise, exited, pause.catch(() => undefined)]);
  done.abort();
}
