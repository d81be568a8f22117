import DataLoader from 'dataloader';

/** So many questions at most become one statement. */
const most = 100;

/**
 * Answers with one call of `load` all who ask in the same turn of the event loop, which is when the requests that arrived
 * together are read. An answer is never older than its question, and none is kept.
 * @param load the answers in the order of the questions; a question may be there more than once
 */
export function together<Q, A>(
  load: (questions: readonly Q[]) => Promise<readonly A[]>,
): (question: Q) => Promise<A> {
  const loader = new DataLoader<Q, A>(async (questions) => [...(await load(questions))], {
    cache: false,
    maxBatchSize: most,
    batchScheduleFn: (ask) => void setImmediate(ask),
  });
  return async (question) => await loader.load(question);
}
