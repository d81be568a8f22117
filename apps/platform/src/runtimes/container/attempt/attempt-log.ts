import { setTimeout as delay } from 'node:timers/promises';

import type { Container } from 'dockerode';

import { isNotFound } from '../daemon.ts';
import type { Daemon } from '../daemon.ts';
import { LogReader } from './log-reader.ts';
import { daemonLog, fileLog } from './log-source.ts';
import type { LogSource } from './log-source.ts';

const retryMilliseconds = 1000;

export interface AttemptLogOptions {
  readonly daemon: Pick<Daemon, 'name'>;
  readonly container: Container;
  /** Where Podman writes the log. */
  readonly file: string;
  /** Resolves when the container has exited. */
  readonly exited: Promise<void>;
  readonly onNews: () => void;
}

/** The log of one attempt, followed from when it is first asked for. */
export class AttemptLog {
  readonly #options: AttemptLogOptions;
  #reader: LogReader | undefined;
  #closed = false;

  constructor(options: AttemptLogOptions) {
    this.#options = options;
  }

  /**
   * The records from number `taken` on.
   * @param isWhole whether the attempt has ended, so that what there is now is all
   */
  async take(
    taken: number,
    last: string,
    { limit, isWhole }: { readonly limit: number; readonly isWhole: boolean },
  ): Promise<ReturnType<LogReader['take']>> {
    let reader = this.#reader;
    const again = reader !== undefined && reader.from > taken;
    if (reader === undefined || reader.from > taken) {
      reader?.close();
      reader = new LogReader(this.#source(), { taken, last, onNews: this.#options.onNews });
      this.#reader = reader;
      void this.#follow(reader);
    }
    // After the end of the attempt, or for what was there before, the answer waits for what there is.
    if (isWhole || again) await reader.ready(taken);
    return reader.take(taken, limit);
  }

  close(): void {
    this.#closed = true;
    this.#reader?.close();
  }

  #source(): LogSource {
    const { daemon, container, file, exited } = this.#options;
    return daemon.name === 'Podman' ? fileLog(file, exited) : daemonLog(container);
  }

  async #follow(reader: LogReader): Promise<void> {
    while (this.#reader === reader && !reader.complete && !this.#closed) {
      try {
        await reader.follow();
      } catch (error) {
        if (isNotFound(error)) return reader.giveUp();
        await delay(retryMilliseconds);
      }
    }
  }
}
