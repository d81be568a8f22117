import { beforeCommit } from '../database/index.ts';
import type { Database, Queries } from '../database/index.ts';

/** What can change, as listeners are told. The rows themselves are read again by whoever hears of it. */
export type Change =
  | { readonly kind: 'work'; readonly id: string }
  /** Something is due at another time than before. */
  | { readonly kind: 'time'; readonly id: string }
  | { readonly kind: 'execution'; readonly id: string }
  | { readonly kind: 'log'; readonly id: string }
  | { readonly kind: 'data'; readonly id: string }
  | { readonly kind: 'notification'; readonly id: string };

export interface Events {
  /** Says that something changed; heard once the transaction is committed, by every platform on the same database. */
  publish(queries: Queries, change: Change): Promise<void>;
  /** Hears of changes of one kind, of one thing when `id` is given. */
  subscribe(kind: Change['kind'], id: string | undefined, heard: (id: string) => void): () => void;
  close(): Promise<void>;
}

const channel = 'fusion_change';

export async function createEvents(database: Database): Promise<Events> {
  const listeners = new Map<string, Set<(id: string) => void>>();
  const published = new WeakMap<Queries, Set<string>>();
  const stop = await database.listen(channel, (payload) => {
    const [kind = '', id = ''] = payload.split(' ');
    for (const key of [`${kind} ${id}`, `${kind} `]) for (const heard of listeners.get(key) ?? []) heard(id);
  });
  return {
    publish: async (queries, { kind, id }) => {
      const change = `${kind} ${id}`;
      const gathered = published.get(queries);
      if (gathered) {
        gathered.add(change);
        return;
      }
      const changes = new Set([change]);
      // A component's end tells of half a dozen changes: one statement at the end of its transaction says them all.
      const later = beforeCommit(queries, async (tx) => {
        published.delete(queries);
        await database.notify(tx, channel, [...changes]);
      });
      if (later) published.set(queries, changes);
      else await database.notify(queries, channel, [...changes]);
    },
    subscribe: (kind, id, heard) => {
      const key = `${kind} ${id ?? ''}`;
      const set = listeners.get(key) ?? new Set();
      listeners.set(key, set.add(heard));
      return () => {
        set.delete(heard);
        if (set.size === 0 && listeners.get(key) === set) listeners.delete(key);
      };
    },
    close: stop,
  };
}
