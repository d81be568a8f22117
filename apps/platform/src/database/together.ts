import DataLoader from 'dataloader';

/** So many questions at most become one statement. */
const most = 100;

/** So long the next question waits for the one that is under way: a connection that hangs must not hold up everybody. */
const patienceMilliseconds = 50;

/**
 * Answers with one call of `load` all who ask in the same turn of the event loop, which is when the requests that arrived
 * together are read, and all who ask while the call before is under way: on a busy database ten who ask become one
 * statement instead of ten that wait for each other. An answer is never older than its question, and none is kept.
 * @param load the answers in the order of the questions; a question may be there more than once
 */
export function together<Q, A>(
  load: (questions: readonly Q[]) => Promise<readonly A[]>,
): (question: Q) => Promise<A> {
  const waiting: (() => void)[] = [];
  let underWay = 0;
  let impatient: NodeJS.Timeout | undefined;
  const next = (): void => {
    const ask = waiting.shift();
    if (!ask) return;
    underWay += 1;
    ask();
  };
  const loader = new DataLoader<Q, A>(
    async (questions) => {
      try {
        return [...(await load(questions))];
      } finally {
        underWay -= 1;
        next();
      }
    },
    {
      cache: false,
      maxBatchSize: most,
      batchScheduleFn: (ask) =>
        void setImmediate(() => {
          waiting.push(ask);
          if (underWay === 0) next();
          else
            impatient ??= setTimeout(() => {
              impatient = undefined;
              while (waiting.length > 0) next();
            }, patienceMilliseconds);
        }),
    },
  );
  return async (question) => await loader.load(question);
}
