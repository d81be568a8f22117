import { CallError } from '@fusion-platform/contract';

/** How many a user may have open, and what one is told who wants more. */
export interface StreamLimit {
  readonly most: number;
  readonly told: string;
}

/** Each holds a connection and is told of every change. */
export const followLimit: StreamLimit = {
  most: 32,
  told: 'A user follows 32 things live at most: end some of these streams first, or poll',
};
/** Each is read from the database, and compressed, as fast as it is taken. */
export const fileLimit: StreamLimit = {
  most: 8,
  told: 'A user downloads 8 logs at once at most: wait until one of them has ended',
};
const lookAgainMilliseconds = 15_000;

/** The live streams that are open: a bound on those of one user, and an end to those of whom may not ask any more. */
export interface LiveStreams {
  /**
   * Runs a stream until it ends, or whoever listens may not go on.
   * @param gone ended for a listener who may not
   * @param ask throws for one who may not listen
   * @throws CallError `too_many_requests`
   */
  run(
    userId: string,
    gone: AbortController,
    ask: () => Promise<unknown>,
    stream: () => Promise<void>,
  ): Promise<void>;
  close(): Promise<void>;
}

export async function openLiveStreams(
  hearEnded: (heard: (userId: string) => void) => Promise<() => Promise<void>>,
  { most, told }: StreamLimit,
): Promise<LiveStreams> {
  const open = new Map<string, Set<() => void>>();
  const stopHearing = await hearEnded((userId) => {
    for (const look of open.get(userId) ?? []) look();
  });
  return {
    run: async (userId, gone, ask, stream) => {
      const own = open.get(userId) ?? new Set();
      if (own.size >= most) throw new CallError('too_many_requests', told, { retryAfterSeconds: 15 });
      const look = (): void => {
        ask().catch((error: unknown) => {
          // A database that does not answer for a moment says nothing about who asks.
          if (error instanceof CallError) gone.abort(error);
        });
      };
      const timer = setInterval(look, lookAgainMilliseconds).unref();
      open.set(userId, own.add(look));
      try {
        await stream();
      } finally {
        clearInterval(timer);
        own.delete(look);
        if (own.size === 0) open.delete(userId);
      }
    },
    close: stopHearing,
  };
}
