import { randomUUID } from 'node:crypto';

import { CallError, requireFields, Process } from '@fusion-platform/contract';
import type { FieldIssue } from '@fusion-platform/contract';

import type { Manifest } from '../catalogue/index.ts';
import { tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import type { Assessment } from './assess.ts';
import { fieldIssues, refuse, refuseTooMany } from './checks.ts';
import type { Context, ProcessFields, ProcessValue } from './context.ts';
import { judgeProcess } from './judge-process.ts';
import type { ProcessInput, ProcessRow } from './parts.ts';
import { presentProcesses } from './present.ts';
import { scheduleFields, scheduleIssues } from './schedule-fields.ts';
import { coverProcess } from './secrets.ts';
import { findProcess, timeOf, uncoverSent } from './store.ts';
import { inputsOf, optionsOf } from './template.ts';

/** A process of a service that is not stored: its inputs and options, with their defaults. */
export async function newTemplate(
  { database, catalogue }: Context,
  organisationId: string,
  serviceId: string,
): Promise<ProcessValue> {
  const { queries } = database;
  const manifest = await runnable(catalogue, queries, organisationId, serviceId);
  const chain = await catalogue.chain(queries, serviceId);
  return {
    organisation_id: organisationId,
    ssd_id: manifest.ssdId,
    service_id: serviceId,
    // An input without data has no id: the Python client tests for its presence.
    inputs: inputsOf(chain) as ProcessInput[],
    options: optionsOf(chain),
    run_type: 'run_once',
    repeat_count: 1,
    repeat_start: await timeOf(queries),
    test_run: false,
  };
}

/** A template filled from a process; what no longer fits the service is left out. */
export async function copyTemplate(
  context: Context,
  organisationId: string,
  processId: string,
): Promise<ProcessValue> {
  const row = await findProcess(context.database.queries, organisationId, processId);
  const { options, dispatchers } = coverProcess(row);
  const template = await newTemplate(context, organisationId, row.service_id);
  return {
    ...template,
    name: row.name,
    inputs: (template.inputs ?? []).map(
      (input) =>
        row.inputs.find(({ ssd_id, input: number }) => ssd_id === input.ssd_id && number === input.input) ??
        input,
    ),
    options: (template.options ?? []).map(
      (option) =>
        options.find(({ ssd_id, name }) => ssd_id === option.ssd_id && name === option.name) ?? option,
    ),
    ...(dispatchers.length > 0 ? { dispatchers } : {}),
    run_type: row.run_type,
    repeat_count: row.repeat_count,
    repeat_gap: row.repeat_gap,
    repeat_offset: row.repeat_offset,
    output_storage_period: row.output_storage_period,
    reuse: row.reuse || null,
  };
}

/** Stores a process, a draft, with its price. @throws ModelError naming everything that is wrong */
export async function createProcess(
  context: Context,
  organisationId: string,
  userId: string,
  sent: ProcessFields,
): Promise<ProcessValue> {
  requireFields(Process, sent, ['name', 'service_id']);
  refuseTooMany(sent);
  const id = sent.id ?? randomUUID();
  const serviceId = sent.service_id!;
  const { queries } = context.database;
  const manifest = await runnable(context.catalogue, queries, organisationId, serviceId);
  const faults: FieldIssue[] = [];
  const fields = await uncoverSent(queries, organisationId, sent, undefined, faults);
  const { assessment, dispatchers, plan, price, issues } = await judgeProcess(
    queries,
    context,
    organisationId,
    serviceId,
    fields,
  );
  const now = await timeOf(queries);
  const schedule = scheduleFields(fields, {
    run_type: 'run_once',
    repeat_count: 1,
    repeat_start: now,
    repeat_end: null,
    repeat_gap: null,
    repeat_offset: null,
  });
  refuse([...fieldIssues(fields), ...faults, ...scheduleIssues(schedule), ...issues]);
  return await context.database.transaction(async (tx) => {
    const [row] = await tx
      .insert(tables.processes)
      .values({
        id,
        organisation_id: organisationId,
        ssd_id: manifest.ssdId,
        service_id: serviceId,
        name: fields.name!.trim(),
        inputs: assessment.inputs as ProcessInput[],
        options: [...assessment.options],
        dispatchers,
        ...schedule,
        process_status: 'draft',
        process_status_at: now,
        process_status_changed_by: userId,
        output_storage_period: fields.output_storage_period ?? null,
        price,
        reuse: plan.reuse,
        slices: plan.slices?.length ?? 1,
        aggregators: plan.aggregations.length,
      })
      .onConflictDoNothing()
      .returning();
    if (!row) throw new CallError('conflict', `The id ${id} is taken: leave it out and one is chosen`);
    await context.data.setUses(tx, id, dataIdsOf(assessment));
    return await presentOne(tx, context, row);
  });
}

export function dataIdsOf({ inputs }: Assessment): string[] {
  return inputs.flatMap(({ id }) => (id === undefined ? [] : [id]));
}

export async function presentOne(queries: Queries, context: Context, row: ProcessRow): Promise<ProcessValue> {
  const [value] = await presentProcesses(queries, context, [row]);
  return value!;
}

/** A service that a process of the organisation can run. */
async function runnable(
  catalogue: Context['catalogue'],
  queries: Queries,
  organisationId: string,
  serviceId: string,
): Promise<Manifest> {
  const manifest = await catalogue.runnable(queries, organisationId, serviceId);
  if (manifest.dispatcher)
    throw new CallError('bad_request', `"${manifest.name}" is a dispatcher: a process is of another service`);
  return manifest;
}
