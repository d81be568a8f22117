import { asc, eq, sql } from 'drizzle-orm';

import { spentOn } from '../../accounts/index.ts';
import { platformNow, selectRows, tables } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import { lockGroup } from './lock-group.ts';
import type { Context } from '../context.ts';
import { tellOfEnd } from './tell-of-end.ts';
import type { ComponentRow, ExecutionRow } from '../rows.ts';
import { endExecution } from './execution-transitions.ts';
import { hasEnded } from './states.ts';

const executionsAtOnce = 100;

/**
 * Ends the executions all of whose components have ended, so many in one turn. Those whose outputs are not analysed yet
 * stay, so there is no order among them: the same ones would hold up the others each time.
 * @returns whether there were any, so that others of their groups may begin
 */
export async function endExecutions(
  context: Pick<Context, 'database' | 'events' | 'data' | 'log' | 'notify'>,
): Promise<boolean> {
  const due = await selectRows<{ id: string; group_id: string | null }>(
    context.database.queries,
    sql`select id, group_id from process_executions where ended_at is null and open_components = 0
      order by random() limit ${executionsAtOnce}`,
  );
  let ended = false;
  for (const { id, group_id: groupId } of due) {
    try {
      ended =
        (await context.database.transaction(async (tx) => {
          // The last two of a group, ended at the same moment, would each see the other as running.
          if (groupId !== null) await lockGroup(tx, groupId);
          return await endIfDone(tx, context, id);
        })) || ended;
    } catch (error) {
      // One that cannot end holds up no other; it is tried again at the next look.
      context.log.error({ err: error, execution: id }, 'an execution cannot be ended');
    }
  }
  return ended;
}

/**
 * Ends an execution once its components have ended and, if they all went well, the analysis of their outputs is done:
 * a client reads the outputs as soon as the progress is 100.
 */
async function endIfDone(
  tx: Queries,
  context: Pick<Context, 'events' | 'data' | 'log' | 'notify'>,
  executionId: string,
): Promise<boolean> {
  const [execution] = await tx
    .select()
    .from(tables.processExecutions)
    .where(eq(tables.processExecutions.id, executionId))
    .for('update', { skipLocked: true });
  if (!execution || execution.ended_at !== null) return false;
  const components = await tx
    .select()
    .from(tables.processServiceExecutions)
    .where(eq(tables.processServiceExecutions.process_execution_id, executionId))
    .orderBy(asc(tables.processServiceExecutions.chain_index));
  if (!components.every(({ state }) => hasEnded(state))) return false;

  const success = components.every(({ kind, state }) => kind === 'dispatch' || state === 'succeeded');
  if (success) {
    const outputs = components.flatMap(({ job_outputs }) => job_outputs.map(({ data_id }) => data_id));
    if (!(await context.data.ready(tx, outputs))) return false;
  }
  const { how, ...fields } = endOf(execution, components, success);
  const ended = await endExecution(tx, execution, how, {
    ...fields,
    ended_at: platformNow,
    charged: (await spentOn(tx, executionId)).toFixed(),
    ...(execution.delete_expiry_chosen
      ? {}
      : { delete_expiry: sql`${platformNow} + make_interval(days => ${execution.output_storage_days})` }),
  });
  await tellOfEnd(tx, context, ended);
  await context.events.publish(tx, { kind: 'execution', id: executionId });
  await context.events.publish(tx, { kind: 'work', id: executionId });
  context.log.info({ execution: executionId, success }, 'an execution has ended');
  return true;
}

interface End {
  readonly how: 'endWell' | 'endFailed' | 'endStopped';
  readonly abort_reason: string | null;
  readonly exit_type: string | null;
}

/** The first failure decides; an execution whose components all succeeded before it could be stopped has succeeded. */
function endOf(execution: ExecutionRow, components: readonly ComponentRow[], success: boolean): End {
  if (success) {
    const warnings = [lateness(execution), ...components.map(warningOf)].filter((text) => text !== null);
    return {
      how: 'endWell',
      exit_type: null,
      abort_reason: warnings.length > 0 ? warnings.join('\n') : null,
    };
  }
  if (execution.state === 'stopping')
    return { how: 'endStopped', abort_reason: 'The process was stopped', exit_type: 'stopped' };
  // An aggregation that was given up says itself why.
  const { abort_reason, exit_type } = execution;
  if (abort_reason !== null) return { how: 'endFailed', abort_reason, exit_type };
  const failed = components
    .filter(({ state, kind }) => state === 'failed' && kind === 'service')
    .sort((a, b) => (a.ended_at ?? '').localeCompare(b.ended_at ?? ''))[0];
  return {
    how: 'endFailed',
    abort_reason: failed ? `${failed.name}: ${failed.abort_reason ?? 'it failed'}` : 'It failed',
    exit_type: failed?.exit_type ?? 'platform_error',
  };
}

function warningOf({ name, kind, state, exit_type, abort_reason }: ComponentRow): string | null {
  if (abort_reason === null || exit_type === 'skipped') return null;
  return kind === 'dispatch' && state === 'failed'
    ? `${name} could not send the outputs: ${abort_reason}`
    : `${name}: ${abort_reason}`;
}

/** Later than this, a run has not begun on time. */
const onTimeMilliseconds = 120_000;

/** What to say of a run by schedule that began late because the platform was not running. */
function lateness({ due_at, started_at, missed }: ExecutionRow): string | null {
  if (due_at === null) return null;
  const late = Date.parse(started_at) - Date.parse(due_at);
  if (late < onTimeMilliseconds && !missed) return null;
  const also = missed ? ` It stands for ${missed} earlier ${missed === 1 ? 'run' : 'runs'} as well.` : '';
  return `This run was due at ${due_at} and began late, at ${started_at}, since the platform was not running.${also}`;
}
