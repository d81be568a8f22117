import { runtime } from '#runtime';

import { TransferError } from '../errors/index.ts';
import { delay, pauseBefore, startDeadline } from '../http/index.ts';
import type { Connection } from '../http/index.ts';
import { RunningDigest } from '../runtime/running-digest.ts';
import type { OpenedSource } from '../runtime/runtime.ts';
import { checkTaken, failureOf, isAnswer, isTaken, mayPass, trySending } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import type { UploadOptions } from './upload-options.ts';

/** The core of the tus protocol 1.0: https://tus.io/protocols/resumable-upload */
const tus = { 'tus-resumable': '1.0.0' };

/** What a store, or a gateway before it, answers that does not know this way of uploading. */
const unsupported = new Set([404, 405, 412, 415, 501]);

/** A file that has come halfway is worth more patience than a call. */
const patience = 4;

/**
 * Sends a file in one request, and after a lost connection asks how much has come and sends the rest. The number of tries
 * is bounded, and begins again whenever it got further.
 * @returns `unsupported` when the first request was not understood: nothing was sent then
 * @throws TransferError, or the reason of an aborted signal
 */
export async function carryOn(
  connection: Connection,
  url: string,
  source: OpenedSource,
  options: UploadOptions,
): Promise<'unsupported' | undefined> {
  const upload = new Resumed(connection, url, source, options);
  for (let at: number | undefined = 0, first = true; ; first = false) {
    const outcome: Outcome = await upload.send(at);
    if (first && isAnswer(outcome) && unsupported.has(outcome.status)) return 'unsupported';
    at = upload.takenOf(outcome) ?? (await upload.ask(outcome));
    if (at === undefined) return undefined;
  }
}

class Resumed {
  readonly #connection: Connection;
  readonly #url: string;
  readonly #source: OpenedSource;
  readonly #options: UploadOptions;
  readonly #digest = new RunningDigest(runtime.sentHash?.());
  /** How far it came at most. */
  #best = 0;
  /** How often the platform was there, or not, since it got further. */
  #failures = { reached: 0, unreached: 0 };

  constructor(connection: Connection, url: string, source: OpenedSource, options: UploadOptions) {
    this.#connection = connection;
    this.#url = url;
    this.#source = source;
    this.#options = options;
  }

  async send(from: number): Promise<Outcome> {
    const { size } = this.#source;
    const headers = {
      ...tus,
      'content-type': 'application/offset+octet-stream',
      'upload-offset': String(from),
      'upload-length': String(size),
    };
    const added = { from, headers, digest: this.#digest };
    const { onBytes, signal } = this.#options;
    signal?.throwIfAborted();
    return await trySending(
      this.#connection,
      { url: this.#url, source: this.#source, added },
      onBytes,
      signal,
    );
  }

  /** Where to go on after a request that was taken, though not all had come; undefined when it was not taken. */
  takenOf(outcome: Outcome): number | undefined {
    if (!isTaken(outcome)) return undefined;
    const offset = this.#offsetOf(outcome.headers);
    return offset === this.#source.size ? undefined : offset;
  }

  /**
   * After a request: where to go on, once the platform can be asked.
   * @returns undefined when all is there
   */
  async ask(outcome: Outcome): Promise<number | undefined> {
    if (isTaken(outcome)) return this.#check(outcome.headers);
    // Other bytes come next: which, is asked for.
    const elsewhere = isAnswer(outcome) && outcome.status === 409 && outcome.headers.has('upload-offset');
    if (!elsewhere && !mayPass(outcome)) throw failureOf(this.#source, outcome);
    const headers = await this.#reach(outcome);
    const offset = this.#offsetOf(headers);
    this.#options.onBytes(offset);
    if (offset > this.#best) this.#failures = { reached: 0, unreached: 0 };
    this.#best = Math.max(this.#best, offset);
    // A file is there once that was said: its last bytes may have come and yet not have been put in place.
    if (offset === this.#source.size && headers.has('x-fusion-platform-sha256')) return this.#check(headers);
    return offset;
  }

  /** Asks how much has come until it is told. */
  async #reach(failed: Outcome): Promise<Headers> {
    for (let last = failed; ;) {
      await this.#pause(last);
      last = await this.#head();
      if (isTaken(last)) return last.headers;
      if (!mayPass(last)) throw failureOf(this.#source, last);
    }
  }

  /** @throws TransferError once it was tried often enough */
  async #pause(failed: Outcome): Promise<void> {
    const { policy, log } = this.#connection;
    const { name } = this.#source;
    const most = policy.retries * patience;
    const error = failureOf(this.#source, failed);
    const which = isAnswer(failed) ? 'reached' : 'unreached';
    this.#failures[which] += 1;
    const { reached, unreached } = this.#failures;
    if (reached > most || unreached > (this.#options.retries ?? most)) throw error;
    this.#options.onLost?.();
    log.info(`carrying on with the upload of ${name}: ${error.message}`);
    await delay(pauseBefore(reached + unreached - 1, policy, retryAfterOf(failed)), this.#options.signal);
  }

  async #head(): Promise<Outcome> {
    const { signal } = this.#options;
    const deadline = startDeadline(this.#connection.timeout, signal);
    try {
      const { status, headers } = await this.#connection.fetch(this.#url, {
        method: 'HEAD',
        headers: tus,
        cache: 'no-store',
        signal: deadline.signal,
      });
      return { status, headers, text: '' };
    } catch (cause) {
      signal?.throwIfAborted();
      return { cause };
    } finally {
      deadline.clear();
    }
  }

  /** @throws TransferError for an offset that cannot be */
  #offsetOf(headers: Headers): number {
    const { name, size } = this.#source;
    const offset = Number(headers.get('upload-offset') ?? Number.NaN);
    if (!Number.isInteger(offset) || offset < 0 || offset > size)
      throw new TransferError('refused', name, 'the platform does not say how much has come');
    if (!this.#digest.reaches(offset))
      throw new TransferError('refused', name, 'somebody else sends bytes to its address');
    return offset;
  }

  #check(headers: Headers): undefined {
    checkTaken(this.#source.name, headers, this.#digest.of(this.#source.size));
  }
}

/** Where a platform asks for more patience than this, it is asked again all the same. */
const longestRetryAfterMs = 120_000;

function retryAfterOf(outcome: Outcome): number | undefined {
  const seconds = isAnswer(outcome) ? Number(outcome.headers.get('retry-after') ?? Number.NaN) : Number.NaN;
  return seconds >= 0 ? Math.min(seconds * 1000, longestRetryAfterMs) : undefined;
}
