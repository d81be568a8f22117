import { TransferError } from '../errors/index.ts';
import { maskText, startDeadline } from '../http/index.ts';
import type { Connection, Deadline } from '../http/index.ts';
import { runtime } from '#runtime';
import type { AddedBytes, OpenedSource, PutAnswer } from '../runtime/runtime.ts';

const worthAnotherTry = new Set([408, 423, 425, 429, 500, 502, 503, 504]);

/** What a try came to: an answer, or the reason why there is none. */
export type Outcome = PutAnswer | { readonly cause: unknown };

export const isAnswer = (outcome: Outcome): outcome is PutAnswer => 'status' in outcome;

export const isTaken = (outcome: Outcome): outcome is PutAnswer =>
  isAnswer(outcome) && outcome.status >= 200 && outcome.status < 300;

/** Whether the same may be answered otherwise the next time. */
export const mayPass = (outcome: Outcome): boolean =>
  !isAnswer(outcome) || worthAnotherTry.has(outcome.status);

/** @throws TransferError when the source is not what was announced, or the reason of an aborted signal */
export async function trySending(
  connection: Connection,
  {
    url,
    source,
    added,
  }: { readonly url: string; readonly source: OpenedSource; readonly added?: AddedBytes },
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
      added,
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
export function checkTaken(name: string, headers: Headers, sha256: string | undefined): void {
  const taken = headers.get('x-fusion-platform-sha256') ?? headers.get('x-amz-checksum-sha256');
  if (taken === null || sha256 === undefined || taken === sha256) return;
  throw new TransferError(
    'wrong_checksum',
    name,
    'the bytes that the store got are not those that were sent',
  );
}

export function failureOf(source: Pick<OpenedSource, 'name'>, outcome: Outcome): TransferError {
  if (!isAnswer(outcome)) {
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
