import { Collection } from '../lists/index.ts';

/** How many models are asked for at once when each takes a call of its own. */
const together = 4;

/** A list of models known by their ids. */
export function listIds<T>(
  ids: readonly string[],
  load: (id: string, signal: AbortSignal | undefined) => Promise<T>,
): Collection<T> {
  return new Collection(async function* pages({ pageSize = together, signal }) {
    const size = Math.min(pageSize, together);
    for (let i = 0; i < ids.length; i += size) {
      yield await Promise.all(ids.slice(i, i + size).map(async (id) => await load(id, signal)));
    }
  });
}
