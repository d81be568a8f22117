import { anySignal, delay } from '../http/index.ts';
import type { Connection } from '../http/index.ts';

/** The first look comes soon, since much is done quickly; later ones at the session's interval. */
const firstPauseMs = 200;

/** Looks again and again until `look` gives something else than undefined. */
export async function poll<T>(
  connection: Connection,
  signal: AbortSignal | undefined,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const stop = anySignal(connection.signal, signal);
  for (let pause = firstPauseMs; ; pause *= 1.5) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await delay(Math.min(pause, connection.pollInterval), stop);
  }
}
