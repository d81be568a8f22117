import DataLoader from 'dataloader';

/** So many questions at most become one statement. */
const most = 100;

/** For so many milliseconds at most those who ask wait for an answer that is under way to others. */
const patience = 10;

/**
 * Answers with one call of `load` all who ask in the same turn of the event loop, which is when the requests that arrived
 * together are read, and all who ask while another call is under way: each statement of a server costs the platform as much
 * as several answers. An answer is never older than its question, and none is kept.
 * @param load the answers in the order of the questions; a question may be there more than once
 */
export function together<Q, A>(
  load: (questions: readonly Q[]) => Promise<readonly A[]>,
): (question: Q) => Promise<A> {
  let underWay = 0;
  let waiting: (() => void)[] = [];
  let overdue: NodeJS.Timeout | undefined;
  const askWaiting = (): void => {
    clearTimeout(overdue);
    const asks = waiting;
    waiting = [];
    for (const ask of asks) setImmediate(ask);
  };
  const loader = new DataLoader<Q, A>(
    async (questions) => {
      underWay += 1;
      try {
        return [...(await load(questions))];
      } finally {
        underWay -= 1;
        if (underWay === 0 && waiting.length > 0) askWaiting();
      }
    },
    {
      cache: false,
      maxBatchSize: most,
      batchScheduleFn: (ask) => {
        if (underWay === 0) {
          setImmediate(ask);
          return;
        }
        waiting.push(ask);
        if (waiting.length === 1) overdue = setTimeout(askWaiting, patience);
      },
    },
  );
  return async (question) => await loader.load(question);
}
