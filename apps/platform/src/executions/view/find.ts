import { together } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import type { ShownExecution } from '../rows.ts';
import { componentsWithExecution, executionsWithComponents, shownExecutions } from './statements.ts';
import type { ComponentWithExecution, ExecutionWithComponents, PageOfComponents } from './statements.ts';

interface Question {
  readonly organisation: string;
  readonly id: string;
}

/** The most frequent reads, each of one organisation. Questions that come at the same time are read by one statement. */
interface Finder {
  execution(question: Question): Promise<ShownExecution | undefined>;
  component(question: Question): Promise<ComponentWithExecution | undefined>;
  executionWithComponents(
    question: Question & PageOfComponents,
  ): Promise<ExecutionWithComponents | undefined>;
}

const finders = new WeakMap<Queries, Finder>();

export function finderOf(queries: Queries): Finder {
  let finder = finders.get(queries);
  if (!finder) finders.set(queries, (finder = createFinder(queries)));
  return finder;
}

function createFinder(queries: Queries): Finder {
  return {
    execution: byId(
      ({ organisation }) => organisation,
      async ({ organisation }, ids) => await shownExecutions(queries, organisation, ids),
      ({ id }) => id,
    ),
    component: byId(
      ({ organisation }) => organisation,
      async ({ organisation }, ids) => await componentsWithExecution(queries, organisation, ids),
      ({ component }) => component.id,
    ),
    executionWithComponents: byId(
      ({ organisation, reverse, limit }) => `${organisation} ${reverse} ${limit}`,
      async (page, ids) => await executionsWithComponents(queries, page.organisation, page, ids),
      ({ execution }) => execution.id,
    ),
  };
}

/**
 * @param kindOf equal for questions that one statement can answer
 * @param read reads the rows of several ids, by a question of their kind
 */
function byId<Q extends { readonly id: string }, A>(
  kindOf: (question: Q) => string,
  read: (question: Q, ids: readonly string[]) => Promise<readonly A[]>,
  idOf: (answer: A) => string,
): (question: Q) => Promise<A | undefined> {
  return together(async (questions) => {
    const kinds = Map.groupBy(questions, kindOf);
    const found = new Map<string, ReadonlyMap<string, A>>();
    await Promise.all(
      Array.from(kinds, async ([kind, alike]) => {
        const answers = await read(alike[0]!, [...new Set(alike.map(({ id }) => id))]);
        found.set(kind, new Map(answers.map((answer) => [idOf(answer), answer])));
      }),
    );
    return questions.map((question) => found.get(kindOf(question))?.get(question.id));
  });
}
