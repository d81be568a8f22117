import { runtime } from '#runtime';

import { TransferError } from '../errors/index.ts';
import { anySignal, delay, maskText, pauseBefore, startDeadline } from '../http/index.ts';
import type { Connection, Deadline } from '../http/index.ts';
import type { OpenedSource, PutAnswer } from '../runtime/runtime.ts';

const worthAnotherTry = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Sends a file to a signed address, from the start again when cut off: the address takes the same file again. A stream
 * that was used up cannot be sent again, and fails.
 * @throws TransferError, or the reason of an aborted signal
 */
export async function uploadFile(
  connection: Connection,
  url: string,
  source: OpenedSource,
  options: { readonly onBytes: (sent: number) => void; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const signal = anySignal(connection.signal, options.signal);
  const { policy, log } = connection;
  for (let retry = 0; ; retry += 1) {
    signal?.throwIfAborted();
    const outcome = await tryOnce(connection, url, source, options.onBytes, signal);
    if ('status' in outcome && outcome.status >= 200 && outcome.status < 300) return check(source, outcome);
    const again = source.repeatable && (!('status' in outcome) || worthAnotherTry.has(outcome.status));
    const error = failureOf(source, outcome);
    if (!again || retry >= policy.retries) throw error;
    log.info(`uploading ${source.name} again: ${error.message}`);
    await delay(pauseBefore(retry, policy, undefined), signal);
  }
}

type Outcome = PutAnswer | { readonly cause: unknown };

async function tryOnce(
  connection: Connection,
  url: string,
  source: OpenedSource,
  onBytes: (sent: number) => void,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const deadline = startDeadline(connection.timeout, signal);
  try {
    return await runtime.put({
      url,
      source: patient(source, deadline),
      fetch: connection.ownFetch,
      signal: deadline.signal,
      onBytes: (sent) => {
        deadline.extend();
        onBytes(sent);
      },
    });
  } catch (cause) {
    signal?.throwIfAborted();
    // The source is not what was announced: to send it again would not help.
    if (cause instanceof TransferError) throw cause;
    return { cause };
  } finally {
    deadline.clear();
  }
}

/** Whoever gives the bytes may take their time: the deadline is for the store. */
function patient(source: OpenedSource, deadline: Deadline): OpenedSource {
  const stream: OpenedSource['stream'] = (options) => {
    const reader = source.stream(options).getReader();
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          deadline.pause();
          const { done, value } = await reader.read();
          deadline.extend();
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel: async (reason) => await reader.cancel(reason),
      },
      { highWaterMark: 0 },
    );
  };
  return { ...source, stream };
}

/** @throws TransferError when the store says that it got other bytes than were sent */
function check({ name }: OpenedSource, { headers, sha256 }: PutAnswer): void {
  const taken = headers.get('x-fusion-platform-sha256') ?? headers.get('x-amz-checksum-sha256');
  if (taken === null || sha256 === undefined || taken === sha256) return;
  throw new TransferError(
    'wrong_checksum',
    name,
    'the bytes that the store got are not those that were sent',
  );
}

function failureOf(source: OpenedSource, outcome: Outcome): TransferError {
  if (!('status' in outcome)) {
    return new TransferError('interrupted', source.name, 'the upload was cut off', { cause: outcome.cause });
  }
  const { status, text } = outcome;
  const told = /"error_message"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  return new TransferError(
    'refused',
    source.name,
    `the upload was refused with status ${status}${told ? `: ${maskText(told)}` : ''}`,
    { status },
  );
}
