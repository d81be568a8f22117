import { and, eq, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';

import { jsonOf, jsonRow, prepared, tables } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import { shownColumns } from '../rows.ts';
import type { ComponentRow, ExecutionRow, ShownComponent, ShownExecution } from '../rows.ts';
import type { Samples } from './present.ts';

const { processExecutions: executions, processServiceExecutions: components } = tables;
const shown = shownColumns;

/** What is needed of the execution to describe components. To read all of it would take as long as reading a component. */
const executionInPart = jsonOf({
  id: executions.id,
  started_at: executions.started_at,
  organisation_id: executions.organisation_id,
  stopped_by: executions.stopped_by,
});
export type ExecutionInPart = Pick<ExecutionRow, 'id' | 'started_at' | 'organisation_id' | 'stopped_by'>;

/**
 * The samples of a component, read with its row: a query for each component would take longer. As an array, since to aggregate
 * them takes longer than to read them in the order of their index.
 */
const samples = sql<Samples>`array(select sample from component_metrics
  where component_metrics.component_id = ${sql`${components.id}`} order by seq)`;

/** A component with all that is needed to describe it. */
export interface ComponentFound {
  readonly component: ShownComponent;
  readonly samples: Samples;
}

/**
 * A value that comes from a subquery is unknown to the planner, so it keeps one plan for all values. With the array itself it
 * would make a new plan each time, which takes longer than reading the rows.
 */
const unseen = (name: string, type: 'uuid[]' | 'integer'): SQL =>
  sql`(select ${sql.placeholder(name)}::${sql.raw(type)})`;
const anyOf = (): SQL => sql`any(${unseen('ids', 'uuid[]')}::uuid[])`;

/** An execution of an organisation, whole. */
export async function executionRow(
  queries: Queries,
  organisation: string,
  id: string,
): Promise<ExecutionRow | undefined> {
  const statement = prepared(queries, 'execution_row', (on) =>
    on
      .select({ row: jsonRow(executions).sql })
      .from(executions)
      .where(
        and(
          eq(executions.id, sql.placeholder('id')),
          eq(executions.organisation_id, sql.placeholder('organisation')),
        ),
      )
      .prepare('execution_row'),
  );
  const [found] = await statement.execute({ id, organisation });
  return found?.row;
}

/** Those of the executions that the organisation has, as far as they are shown. */
export async function shownExecutions(
  queries: Queries,
  organisation: string,
  ids: readonly string[],
): Promise<ShownExecution[]> {
  const statement = prepared(queries, 'shown_executions', (on) =>
    on
      .select({ row: shown.execution.sql })
      .from(executions)
      .where(
        and(
          sql`${executions.id} = ${anyOf()}`,
          eq(executions.organisation_id, sql.placeholder('organisation')),
        ),
      )
      .prepare('shown_executions'),
  );
  return (await statement.execute({ ids, organisation })).map(({ row }) => row);
}

/** A component of an organisation. */
export async function componentRow(
  queries: Queries,
  organisation: string,
  id: string,
): Promise<ComponentRow | undefined> {
  const statement = prepared(queries, 'component_row', (on) =>
    on
      .select({ row: jsonRow(components).sql })
      .from(components)
      .where(
        and(
          eq(components.id, sql.placeholder('id')),
          eq(components.organisation_id, sql.placeholder('organisation')),
        ),
      )
      .prepare('component_row'),
  );
  const [found] = await statement.execute({ id, organisation });
  return found?.row;
}

export interface ComponentWithExecution extends ComponentFound {
  /** Of a component that began and did not fail, with its own beginning, and without who stopped it. */
  readonly execution: ExecutionInPart;
}

/**
 * Of its execution a component that began and did not fail needs nothing that it does not have itself: to join the execution
 * took an eighth of the statement.
 */
const executionOfFew = sql`case when ${components.started_at} is null or ${components.state} in ('failed', 'stopped')
  then (select ${executionInPart.sql} from ${executions} where ${executions.id} = ${components.process_execution_id}) end`;

const asFarAsNeeded = (component: ShownComponent): ExecutionInPart => ({
  id: component.process_execution_id,
  organisation_id: component.organisation_id,
  started_at: component.started_at!,
  stopped_by: null,
});

/** A row as one JSON value: reading each column by itself costs the database driver as much as reading the whole row so. */
const componentWithExecution =
  sql<unknown>`json_build_array(${shown.component.sql}, ${executionOfFew}, ${samples})`.mapWith(
    ([row, execution, own]: readonly [unknown[], unknown[] | null, Samples]): ComponentWithExecution => {
      const component = shown.component.decode(row);
      return {
        component,
        execution: execution === null ? asFarAsNeeded(component) : executionInPart.decode(execution),
        samples: own,
      };
    },
  );

/** Those of the components that the organisation has. */
export async function componentsWithExecution(
  queries: Queries,
  organisation: string,
  ids: readonly string[],
): Promise<ComponentWithExecution[]> {
  const statement = prepared(queries, 'components_with_execution', (on) =>
    on
      .select({ found: componentWithExecution })
      .from(components)
      .where(
        and(
          sql`${components.id} = ${anyOf()}`,
          eq(components.organisation_id, sql.placeholder('organisation')),
        ),
      )
      .prepare('components_with_execution'),
  );
  return (await statement.execute({ ids, organisation })).map(({ found }) => found);
}

export interface PageOfComponents {
  readonly reverse: boolean;
  readonly limit: number;
}

/** An execution with its first components in chain order, or its last ones. */
export interface ExecutionWithComponents {
  readonly execution: ExecutionInPart;
  readonly components: readonly ComponentFound[];
}

/** Those of the executions that the organisation has, with their components. */
export async function executionsWithComponents(
  queries: Queries,
  organisation: string,
  { reverse, limit }: PageOfComponents,
  ids: readonly string[],
): Promise<ExecutionWithComponents[]> {
  const name = reverse ? 'executions_with_components_reverse' : 'executions_with_components';
  const order = sql.raw(reverse ? 'desc' : 'asc');
  const rows = sql`array(select json_build_array(${shown.component.sql}, ${samples}) from ${components}
    where process_execution_id = ${sql`${executions.id}`} order by chain_index ${order} limit ${unseen('limit', 'integer')})`;
  type Held = readonly [unknown[], readonly (readonly [unknown[], Samples])[]];
  const found = sql<unknown>`json_build_array(${executionInPart.sql}, ${rows})`.mapWith(
    ([execution, held]: Held): ExecutionWithComponents => ({
      execution: executionInPart.decode(execution),
      components: held.map(([row, own]) => ({ component: shown.component.decode(row), samples: own })),
    }),
  );
  const statement = prepared(queries, name, (on) =>
    on
      .select({ found })
      .from(executions)
      .where(
        and(
          sql`${executions.id} = ${anyOf()}`,
          eq(executions.organisation_id, sql.placeholder('organisation')),
        ),
      )
      .prepare(name),
  );
  return (await statement.execute({ ids, organisation, limit })).map(({ found: one }) => one);
}
