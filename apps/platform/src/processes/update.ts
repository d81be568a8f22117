import { isDeepStrictEqual } from 'node:util';

import { eq } from 'drizzle-orm';

import { CallError, ModelError } from '@fusion-platform/contract';
import { isEmpty } from '@fusion-platform/contract/options';
import type { FieldIssue } from '@fusion-platform/contract';

import { tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import { dataIdsOf, presentOne } from './create.ts';
import { fieldIssues, refuse, refuseTooMany } from './checks.ts';
import type { Context, ProcessFields, ProcessValue } from './context.ts';
import { judgeProcess } from './judge-process.ts';
import type { ProcessInput, ProcessOption, ProcessRow } from './parts.ts';
import { scheduleFields, scheduleIssues } from './schedule-fields.ts';
import { findProcess, uncoverSent } from './store.ts';
import { optionsOf } from './template.ts';

/**
 * Changes a process. Fields that come as they are stored count as unchanged: clients send all they hold.
 * @throws CallError `conflict` while it executes; a stopped one changes only in name and schedule
 * @throws ModelError naming everything that is wrong
 */
export async function updateProcess(
  context: Context,
  organisationId: string,
  processId: string,
  sent: ProcessFields,
): Promise<ProcessValue> {
  refuseTooMany(sent);
  const { database } = context;
  for (let tries = 0; tries < mostTries; tries += 1) {
    const row = await findProcess(database.queries, organisationId, processId);
    // It cuts the region, which takes a while: the process is not locked meanwhile.
    const { fields, uses } = await changesOf(context, row, sent);
    const changed = await database.transaction(async (tx) => {
      const locked = await findProcess(tx, organisationId, processId, { lock: true });
      if (!isDeepStrictEqual(locked, row)) return undefined;
      if (uses) await context.data.setUses(tx, row.id, uses);
      const [updated] = await tx
        .update(tables.processes)
        .set({ ...fields, id: row.id })
        .where(eq(tables.processes.id, processId))
        .returning();
      return await presentOne(tx, context, updated!);
    });
    if (changed) return changed;
  }
  throw new CallError('conflict', 'The process is being changed by somebody else: read it and try again');
}

/** How often a change is begun again because the process has changed meanwhile. */
const mostTries = 3;

interface Changes {
  readonly fields: Partial<ProcessRow>;
  /** The data that it uses then; undefined where that stays. */
  readonly uses?: readonly string[];
}

async function changesOf(context: Context, row: ProcessRow, sent: ProcessFields): Promise<Changes> {
  const { queries } = context.database;
  const covered: FieldIssue[] = [];
  const fields = await uncoverSent(queries, row.organisation_id, sent, row, covered);
  switch (row.process_status) {
    case 'execute':
      throw new CallError(
        'conflict',
        'The process is being executed: wait for it to end, stop it, or change a copy of it',
      );
    case 'stop':
      refuseFixed(row, fields);
      break;
    case 'draft':
      break;
  }
  const schedule = scheduleFields(fields, row);
  const faults = [...fieldIssues(fields), ...covered, ...scheduleIssues(schedule)];
  const simple = { ...simpleChanges(fields), ...restart(row, schedule) };
  if (row.process_status === 'draft') {
    const reassessed = await reassess(queries, context, row, fields, faults);
    return { ...reassessed, fields: { ...simple, ...reassessed.fields } };
  }
  refuse(faults);
  return { fields: simple };
}

type OptionName = Pick<ProcessOption, 'ssd_id' | 'name'>;

/** Due times are counted anew when what they are counted from has changed. */
function restart(row: ProcessRow, schedule: ReturnType<typeof scheduleFields>): Partial<ProcessRow> {
  const keys = Object.keys(schedule) as (keyof typeof schedule)[];
  const same = keys.every((key) => isDeepStrictEqual(row[key], schedule[key]));
  return same ? {} : { ...schedule, schedule_start: null, schedule_runs: 0, advance_at: null };
}

async function reassess(
  queries: Queries,
  context: Context,
  row: ProcessRow,
  fields: ProcessFields,
  faults: readonly FieldIssue[],
): Promise<Changes> {
  const same = (a: OptionName) => (b: OptionName) => a.ssd_id === b.ssd_id && a.name === b.name;
  // The service may have been edited since: options that it has no longer go, new ones have their defaults.
  const known = optionsOf(await context.catalogue.chain(queries, row.service_id));
  const wanted = {
    inputs: fields.inputs ?? row.inputs,
    // A change of some options leaves the others as they are.
    options: known.map(
      (option) => fields.options?.find(same(option)) ?? row.options.find(same(option)) ?? option,
    ),
    dispatchers: fields.dispatchers === undefined ? row.dispatchers : (fields.dispatchers ?? []),
    reuse: fields.reuse === undefined ? row.reuse : fields.reuse,
  };
  const unknown = (fields.options ?? []).flatMap((option, index) =>
    [...known, ...row.options].some(same(option))
      ? []
      : [{ path: `options[${index}].name`, message: `the service has no option "${option.name}"` }],
  );
  const { assessment, dispatchers, plan, price, issues } = await judgeProcess(
    queries,
    context,
    row.organisation_id,
    row.service_id,
    wanted,
  );
  refuse([...faults, ...unknown, ...issues]);
  return {
    uses: dataIdsOf(assessment),
    fields: {
      inputs: assessment.inputs as ProcessInput[],
      options: [...assessment.options],
      dispatchers,
      price,
      reuse: plan.reuse,
      slices: plan.slices?.length ?? 1,
      aggregators: plan.aggregations.length,
    },
  };
}

function simpleChanges(fields: ProcessFields): Partial<ProcessRow> {
  const { name, output_storage_period } = fields;
  return {
    ...(name === undefined ? {} : { name: name.trim() }),
    ...(output_storage_period === undefined ? {} : { output_storage_period }),
  };
}

function refuseFixed(row: ProcessRow, fields: ProcessFields): void {
  const fixed = 'a stopped process changes only in its name and schedule: change a copy of it';
  const inputs = (fields.inputs ?? []).flatMap(({ ssd_id, input, id, change_trigger }, index) => {
    const held = row.inputs.find((one) => one.ssd_id === ssd_id && one.input === input);
    if (!held) return [{ path: `inputs[${index}]`, message: fixed }];
    const path = `inputs[${index}].${held.id === id ? 'change_trigger' : 'id'}`;
    return held.id === id && held.change_trigger === change_trigger ? [] : [{ path, message: fixed }];
  });
  const options = (fields.options ?? []).flatMap(({ ssd_id, name, value }, index) =>
    row.options.some(
      (held) =>
        held.ssd_id === ssd_id &&
        held.name === name &&
        (held.value === value || (isEmpty(held.value) && isEmpty(value))),
    )
      ? []
      : [{ path: `options[${index}].value`, message: fixed }],
  );
  const issues = [...inputs, ...options];
  if (issues.length > 0)
    throw new CallError('conflict', `${fixed[0]!.toUpperCase()}${fixed.slice(1)}`, {
      cause: new ModelError('Process', issues),
      fields: issues,
    });
}
