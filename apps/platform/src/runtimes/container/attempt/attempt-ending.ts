import { setTimeout as delay } from 'node:timers/promises';

import type { Container } from 'dockerode';

import { createTurns } from '../../local/in-turn.ts';
import { changeState, readState } from './attempt-files.ts';
import type { ContainerAttemptFiles, StateDocument } from './attempt-files.ts';
import { inspect } from './inspect.ts';
import { isNotFound } from '../daemon.ts';

type Ending = NonNullable<StateDocument['ending']>;

/** Why and until when a container is to end: written down, so that a platform that comes later goes on with it. */
export class AttemptEnding {
  readonly #files: ContainerAttemptFiles;
  readonly #container: Container;
  readonly #closing: AbortSignal;
  readonly #asked = new AbortController();
  readonly #inTurn = createTurns();

  constructor(files: ContainerAttemptFiles, container: Container, closing: AbortSignal) {
    this.#files = files;
    this.#container = container;
    this.#closing = closing;
  }

  /** Aborted once this platform has asked for the end. */
  get asked(): AbortSignal {
    return this.#asked.signal;
  }

  /** What is written down; null where nobody asked for the end. */
  async read(): Promise<Ending | null> {
    return (await readState(this.#files)).ending;
  }

  /** SIGTERM now, SIGKILL when its time is over. */
  async begin(why: Ending['why'], graceSeconds: number): Promise<void> {
    const ending = await this.read();
    const killAt = new Date(Date.now() + graceSeconds * 1000).toISOString();
    const sooner = ending === null || killAt < ending.killAt ? killAt : ending.killAt;
    const wanted = { why: ending?.why ?? why, killAt: sooner };
    await this.change({ ending: wanted });
    this.#asked.abort();
    if (graceSeconds > 0 && ending === null) await this.#kill('SIGTERM');
    await this.goOn(wanted);
  }

  /** SIGKILL where its time is over; else waits for a moment. */
  async goOn({ killAt }: Pick<Ending, 'killAt'>): Promise<void> {
    const left = Date.parse(killAt) - Date.now();
    if (left <= 0) return await this.#kill('SIGKILL');
    await delay(Math.min(left, 250), undefined, { signal: this.#closing }).catch(() => undefined);
  }

  /** Changes what is written down of the attempt, one change after the other: a call to end it may come while it starts. */
  async change(change: Partial<StateDocument>): Promise<void> {
    await this.#inTurn(async () => await changeState(this.#files, change));
  }

  async #kill(signal: string): Promise<void> {
    await this.#container.kill({ signal }).catch(async (error: unknown) => {
      // It may have ended meanwhile, which each engine says in its own way: the next look tells.
      if (!isNotFound(error) && (await inspect(this.#container))?.State.Running === true) throw error;
    });
  }
}
