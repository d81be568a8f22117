import { eq } from 'drizzle-orm';

import { CallError, ModelError } from '@fusion-platform/contract';

import { tables } from '../database/index.ts';
import { assessIn, dataIdsOf, presentOne } from './create.ts';
import { fieldIssues, refuse } from './checks.ts';
import type { Context, ProcessFields, ProcessValue } from './context.ts';
import { isEmpty } from './option-value.ts';
import type { ProcessInput, ProcessOption, ProcessRow } from './parts.ts';
import { findProcess } from './store.ts';
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
  fields: ProcessFields,
): Promise<ProcessValue> {
  return await context.database.transaction(async (tx) => {
    const row = await findProcess(tx, organisationId, processId, { lock: true });
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
    const parts = row.process_status === 'draft' ? await reassess(tx, context, row, fields) : checked(fields);
    const [changed] = await tx
      .update(tables.processes)
      .set({ ...simpleChanges(fields), ...parts, id: row.id })
      .where(eq(tables.processes.id, processId))
      .returning();
    return await presentOne(tx, context, changed!);
  });
}

type OptionName = Pick<ProcessOption, 'ssd_id' | 'name'>;

function checked(fields: ProcessFields): object {
  refuse(fieldIssues({ ...fields, dispatchers: null }));
  return {};
}

async function reassess(
  tx: Parameters<typeof assessIn>[0],
  context: Context,
  row: ProcessRow,
  fields: ProcessFields,
): Promise<Partial<ProcessRow>> {
  const same = (a: OptionName) => (b: OptionName) => a.ssd_id === b.ssd_id && a.name === b.name;
  // The service may have been edited since: options that it has no longer go, new ones have their defaults.
  const known = optionsOf(await context.catalogue.chain(tx, row.service_id));
  const wanted = {
    inputs: fields.inputs ?? row.inputs,
    // A change of some options leaves the others as they are.
    options: known.map(
      (option) => fields.options?.find(same(option)) ?? row.options.find(same(option)) ?? option,
    ),
  };
  const unknown = (fields.options ?? []).flatMap((option, index) =>
    [...known, ...row.options].some(same(option))
      ? []
      : [{ path: `options[${index}].name`, message: `the service has no option "${option.name}"` }],
  );
  const assessment = await assessIn(tx, context, row.organisation_id, row.service_id, wanted);
  refuse([...fieldIssues(fields), ...unknown, ...assessment.issues]);
  await context.data.setUses(tx, row.id, dataIdsOf(assessment));
  return {
    inputs: assessment.inputs as ProcessInput[],
    options: [...assessment.options],
    price: assessment.price,
  };
}

function simpleChanges(fields: ProcessFields): Partial<ProcessRow> {
  const { name, repeat_start, repeat_end, output_storage_period } = fields;
  return {
    ...(name === undefined ? {} : { name: name.trim() }),
    ...(repeat_start === undefined ? {} : { repeat_start }),
    ...(repeat_end === undefined ? {} : { repeat_end }),
    ...(output_storage_period === undefined ? {} : { output_storage_period }),
  };
}

function refuseFixed(row: ProcessRow, fields: ProcessFields): void {
  const fixed = 'a stopped process changes only in its name and schedule: change a copy of it';
  const inputs = (fields.inputs ?? []).flatMap(({ ssd_id, input, id }, index) =>
    row.inputs.some((held) => held.ssd_id === ssd_id && held.input === input && held.id === id)
      ? []
      : [{ path: `inputs[${index}].id`, message: fixed }],
  );
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
