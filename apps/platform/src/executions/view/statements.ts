import { and, asc, desc, eq, sql } from 'drizzle-orm';

import { prepared, tables } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import type { ComponentRow, ExecutionRow } from '../rows.ts';
import type { Samples } from './present.ts';

const { processExecutions: executions, processServiceExecutions: components } = tables;

/** The samples of a component beside its row: as many questions as there are components would take longer than they do. */
const samples = sql<Samples>`coalesce((select jsonb_agg(sample order by seq) from component_metrics
  where component_metrics.component_id = ${components.id}), '[]'::jsonb)`.as('samples');

/** A component with all that it takes to describe it. */
export interface ComponentFound {
  readonly component: ComponentRow;
  readonly samples: Samples;
}

/** An execution of an organisation. */
export async function executionRow(
  queries: Queries,
  organisation: string,
  id: string,
): Promise<ExecutionRow | undefined> {
  const statement = prepared(queries, 'execution_row', (on) =>
    on
      .select()
      .from(executions)
      .where(
        and(
          eq(executions.id, sql.placeholder('id')),
          eq(executions.organisation_id, sql.placeholder('organisation')),
        ),
      )
      .prepare('execution_row'),
  );
  const [row] = await statement.execute({ id, organisation });
  return row;
}

/** A component of an organisation. */
export async function componentRow(
  queries: Queries,
  organisation: string,
  id: string,
): Promise<ComponentRow | undefined> {
  const statement = prepared(queries, 'component_row', (on) =>
    on
      .select()
      .from(components)
      .where(
        and(
          eq(components.id, sql.placeholder('id')),
          eq(components.organisation_id, sql.placeholder('organisation')),
        ),
      )
      .prepare('component_row'),
  );
  const [row] = await statement.execute({ id, organisation });
  return row;
}

/**
 * A component of an organisation, with when its execution started: to read all of that, too, would take as long as to read
 * the component.
 */
export async function componentWithExecution(
  queries: Queries,
  organisation: string,
  id: string,
): Promise<(ComponentFound & { readonly execution: Pick<ExecutionRow, 'id' | 'started_at'> }) | undefined> {
  const statement = prepared(queries, 'component_with_execution', (on) =>
    on
      .select({
        component: components,
        execution: { id: executions.id, started_at: executions.started_at },
        samples,
      })
      .from(components)
      .innerJoin(executions, eq(executions.id, components.process_execution_id))
      .where(
        and(
          eq(components.id, sql.placeholder('id')),
          eq(components.organisation_id, sql.placeholder('organisation')),
          eq(executions.organisation_id, sql.placeholder('organisation')),
        ),
      )
      .prepare('component_with_execution'),
  );
  const [row] = await statement.execute({ id, organisation });
  return row;
}

/** The first components of an execution in chain order, or the last ones. */
export async function componentsWithSamples(
  queries: Queries,
  execution: string,
  { reverse, limit }: { readonly reverse: boolean; readonly limit: number },
): Promise<ComponentFound[]> {
  const name = reverse ? 'components_with_samples_reverse' : 'components_with_samples';
  const statement = prepared(queries, name, (on) =>
    on
      .select({ component: components, samples })
      .from(components)
      .where(eq(components.process_execution_id, sql.placeholder('execution')))
      .orderBy(reverse ? desc(components.chain_index) : asc(components.chain_index))
      .limit(sql.placeholder('limit'))
      .prepare(name),
  );
  return await statement.execute({ execution, limit });
}
