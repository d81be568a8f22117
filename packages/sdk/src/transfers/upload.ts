import { runtime } from '#runtime';

import { TransferError } from '../errors/index.ts';
import { anySignal, delay, maskText, pauseBefore, startDeadline } from '../http/index.ts';
import type { Connection } from '../http/index.ts';
import type { OpenedSource, PutAnswer } from '../runtime/runtime.ts';

const worthAnotherTry = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Sends a file to a signed address, from the start again when cut off: the address takes the same file again.
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
    if ('status' in outcome && outcome.status >= 200 && outcome.status < 300) return;
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
      source,
      fetch: connection.fetch,
      signal: deadline.signal,
      onBytes: (sent) => {
        deadline.extend();
        onBytes(sent);
      },
    });
  } catch (cause) {
    signal?.throwIfAborted();
    return { cause };
  } finally {
    deadline.clear();
  }
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
