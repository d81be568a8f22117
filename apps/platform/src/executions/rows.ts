import { getTableColumns } from 'drizzle-orm';

import { jsonOf, jsonRow, tables } from '../database/index.ts';

export type ExecutionRow = typeof tables.processExecutions.$inferSelect;
export type ComponentRow = typeof tables.processServiceExecutions.$inferSelect;
export type AttemptRow = typeof tables.componentAttempts.$inferSelect;
export type LogRow = typeof tables.componentLogs.$inferSelect;

const { chains: _chains, options: _options, ...execution } = getTableColumns(tables.processExecutions);
const { options: _shown, ...component } = getTableColumns(tables.processServiceExecutions);

/**
 * What the engine reads of a component and its execution at each step. Columns that are only shown are left out, since they
 * grow with the length of the chain: with them, reading a chain of 30 components took 3.9 ms a step.
 */
export const workRows = {
  execution: jsonOf(execution),
  component: jsonOf(component),
  attempt: jsonRow(tables.componentAttempts),
};

/** Columns that only the engine uses, and that are never shown; `executionShown` and `componentShown` have the others. */
const {
  process_name: _name,
  region_data_id: _region,
  due_at: _due,
  missed: _missed,
  success: _success,
  stopped: _stopped,
  notified: _notified,
  reuse: _reuse,
  output_storage_days: _days,
  delete_expiry_chosen: _chosen,
  ...executionShown
} = getTableColumns(tables.processExecutions);
const {
  job_options: _job,
  dispatch: _dispatch,
  seq: _seq,
  pending_dependencies: _pending,
  reuse_key: _key,
  first_attempt: _first,
  storage_id: _storage,
  overtaken: _overtaken,
  ...componentShown
} = getTableColumns(tables.processServiceExecutions);

/** The columns that describe an execution or a component. Each column that is not read makes a list faster. */
export const shownColumns = { execution: jsonOf(executionShown), component: jsonOf(componentShown) };
export type ShownExecution = Pick<ExecutionRow, keyof typeof executionShown>;
export type ShownComponent = Pick<ComponentRow, keyof typeof componentShown>;

export type EngineExecution = Omit<ExecutionRow, 'chains' | 'options'>;
export type EngineComponent = Omit<ComponentRow, 'options'>;

type Inputs = Pick<typeof tables.processServiceExecutions.$inferInsert, 'job_inputs'>;

/** The data items of an input of a component. */
export const idsOfInput = ({ data_id, data_ids }: Inputs['job_inputs'][number]): readonly string[] =>
  data_ids ?? (data_id === null ? [] : [data_id]);

/** The data items that a component takes, in the order of its inputs. */
export const inputIds = ({ job_inputs }: Inputs): string[] => job_inputs.flatMap(idsOfInput);
