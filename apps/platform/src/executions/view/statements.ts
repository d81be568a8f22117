import { and, asc, desc, eq, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';

import { jsonOf, jsonRow, prepared, tables } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import { shownColumns } from '../rows.ts';
import type { ComponentRow, ExecutionRow, ShownComponent, ShownExecution } from '../rows.ts';
import type { Samples } from './present.ts';

const { processExecutions: executions, processServiceExecutions: components } = tables;
const shown = shownColumns;

/** What is needed of the execution to describe a component. To read all of it would take as long as reading the component. */
const executionInPart = jsonOf({
  id: executions.id,
  started_at: executions.started_at,
  organisation_id: executions.organisation_id,
  stopped_by: executions.stopped_by,
});
export type ExecutionInPart = Pick<ExecutionRow, 'id' | 'started_at' | 'organisation_id' | 'stopped_by'>;

/** The samples of a component, read with its row: a query for each component would take longer. */
const samples = sql<Samples>`coalesce((select json_agg(sample order by seq) from component_metrics
  where component_metrics.component_id = ${sql`${components.id}`}), '[]'::json)`;

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
  readonly execution: ExecutionInPart;
}

/** A row as one JSON value: reading each column by itself costs the database driver as much as reading the whole row so. */
const componentWithExecution =
  sql<unknown>`json_build_array(${shown.component.sql}, ${executionInPart.sql}, ${samples})`.mapWith(
    ([component, execution, own]: readonly [unknown[], unknown[], Samples]): ComponentWithExecution => ({
      component: shown.component.decode(component),
      execution: executionInPart.decode(execution),
      samples: own,
    }),
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
      .innerJoin(executions, eq(executions.id, components.process_execution_id))
      .where(
        and(
          sql`${components.id} = ${anyOf()}`,
          eq(components.organisation_id, sql.placeholder('organisation')),
          eq(executions.organisation_id, sql.placeholder('organisation')),
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
  const order = (column: SQL): SQL => (reverse ? desc(column) : asc(column));
  // By its own name, so that the row is the same as elsewhere.
  const page = sql`(select * from ${components} where process_execution_id = ${sql`${executions.id}`}
    order by ${order(sql`chain_index`)} limit ${unseen('limit', 'integer')}) as ${components}`;
  const rows = sql`coalesce((select json_agg(json_build_array(${shown.component.sql}, ${samples})
    order by ${order(sql`chain_index`)}) from ${page}), '[]'::json)`;
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
