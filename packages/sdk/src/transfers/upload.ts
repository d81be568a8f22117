import { anySignal, delay, pauseBefore } from '../http/index.ts';
import type { Connection } from '../http/index.ts';
import type { OpenedSource } from '../runtime/runtime.ts';
import { carryOn } from './carry-on.ts';
import { checkTaken, failureOf, isTaken, mayPass, trySending } from './outcome.ts';
import type { UploadAddresses, UploadOptions } from './upload-options.ts';

/**
 * Sends a file to a signed address. Cut off, it is carried on from where it came to, or sent from its start again where the
 * platform takes it in one go alone. A stream that was used up cannot be sent again, and fails.
 * @throws TransferError, or the reason of an aborted signal
 */
export async function uploadFile(
  connection: Connection,
  { url, resumableUrl }: UploadAddresses,
  source: OpenedSource,
  options: UploadOptions,
): Promise<void> {
  const signal = anySignal(connection.signal, options.signal);
  if (resumableUrl !== undefined && source.repeatable) {
    const ended = await carryOn(connection, resumableUrl, source, { ...options, signal });
    if (ended !== 'unsupported') return;
  }
  const { policy, log } = connection;
  for (let retry = 0; ; retry += 1) {
    signal?.throwIfAborted();
    const outcome = await trySending(connection, { url, source }, options.onBytes, signal);
    if (isTaken(outcome)) return checkTaken(source.name, outcome.headers, outcome.sha256);
    const error = failureOf(source, outcome);
    if (!source.repeatable || !mayPass(outcome) || retry >= policy.retries) throw error;
    log.info(`uploading ${source.name} again: ${error.message}`);
    await delay(pauseBefore(retry, policy, undefined), signal);
  }
}
