import { randomUUID } from 'node:crypto';

import { CallError } from '@fusion-platform/contract';
import { and, eq, sql } from 'drizzle-orm';

import { charge } from '../accounts/index.ts';
import { selectRows, tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import type { ComponentInput, ComponentOutput } from '../database/index.ts';
import type { Context, EngineProcess, PlannedComponent } from './context.ts';
import type { ExecutionRow } from './rows.ts';

const defaultStorageDays = 30;

/**
 * Executes a process: its run is there when this returns, if it is due. A later one begins by itself at `repeat_start`.
 * @throws CallError `conflict` while it executes, `insufficient_credits`, `invalid_model`
 */
export async function execute(
  context: Context,
  organisationId: string,
  processId: string,
  userId: string,
): Promise<void> {
  const { database, processes } = context;
  await database.transaction(async (tx) => {
    const process = await processes.load(tx, organisationId, processId, { lock: true });
    const running = await unfinished(tx, processId);
    if (running > 0 || (process.process_status === 'execute' && !(await hasRun(tx, process)))) {
      throw new CallError(
        'conflict',
        'The process is being executed already: wait for it to end, or stop it first',
      );
    }
    await processes.setStatus(tx, processId, 'execute', userId);
    const [moment] = await selectRows<{ due: boolean; now: string }>(
      tx,
      sql`select ${process.repeat_start}::timestamptz <= now as due,
        to_char(now at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') as now from clock_timestamp() as now`,
    );
    if (!moment?.due) return;
    // A client takes the run that started no earlier than `repeat_start` for the one it asked for: not one from before.
    await tx.execute(
      sql`update processes set repeat_start = ${moment.now}::timestamptz where id = ${processId}`,
    );
    await startRun(tx, context, process, moment.now);
  });
}

/** Makes the rows of one run of a process, paid for. Nothing starts before the transaction is committed. */
export async function startRun(
  tx: Queries,
  context: Context,
  process: EngineProcess,
  startedAt: string,
): Promise<string> {
  const plan = await context.processes.plan(tx, process);
  const executionId = randomUUID();
  await charge(tx, {
    organisationId: process.organisation_id,
    amount: plan.price,
    kind: 'execution',
    reference: executionId,
    once: `execution:${executionId}`,
    note: process.name,
  });
  const components = linkComponents(plan.components);
  const days = process.output_storage_period ?? defaultStorageDays;
  await tx.insert(tables.processExecutions).values({
    id: executionId,
    organisation_id: process.organisation_id,
    process_id: process.id,
    process_name: process.name,
    options: plan.options,
    chains: components.map(chainOf),
    region_data_id: regionDataOf(components),
    started_at: startedAt,
    price: plan.price,
    output_storage_days: days,
    delete_expiry: sql`${startedAt}::timestamptz + make_interval(days => ${days})`,
  });
  for (const component of components) await addComponent(tx, context, process, executionId, component);
  await context.events.tell(tx, { kind: 'execution', id: executionId });
  await context.events.tell(tx, { kind: 'work', id: executionId });
  return executionId;
}

interface LinkedComponent extends PlannedComponent {
  readonly chainIndex: number;
  readonly jobInputs: ComponentInput[];
  readonly jobOutputs: ComponentOutput[];
  readonly after: number[];
}

/** Gives each output its data item's id, so that the inputs that take it can be told at once. */
function linkComponents(planned: readonly PlannedComponent[]): LinkedComponent[] {
  const outputs = planned.map((component) =>
    component.outputs.map(({ number, name, file_type }) => ({
      number,
      name,
      file_type,
      data_id: randomUUID() as string,
    })),
  );
  return planned.map((component, chainIndex) => ({
    ...component,
    chainIndex,
    jobOutputs: outputs[chainIndex]!,
    jobInputs: component.inputs.map(({ number, fileType, title, from }) => ({
      number,
      file_type: fileType,
      title,
      data_id:
        from.kind === 'data'
          ? from.dataId
          : (outputs[from.chainIndex]?.find((output) => output.number === from.output)?.data_id ?? null),
    })),
    after: [
      ...new Set(component.inputs.flatMap(({ from }) => (from.kind === 'output' ? [from.chainIndex] : []))),
    ],
  }));
}

function chainOf(component: LinkedComponent): ExecutionRow['chains'][number] {
  return {
    ssd_id: component.ssdId,
    service_id: component.serviceId,
    inputs: component.jobInputs.map(({ data_id }) => (data_id === null ? null : [data_id])),
    outputs: component.jobOutputs.map(({ data_id }) => data_id),
    options: [...component.options],
    intermediate: component.intermediate,
  };
}

const regionTypes = new Set(['GeoJSON', 'KML', 'KMZ', 'ESRI Shapefile']);

function regionDataOf(components: readonly LinkedComponent[]): string | null {
  const given = components.flatMap(({ inputs, jobInputs }) =>
    jobInputs.filter(
      ({ file_type }, index) => inputs[index]?.from.kind === 'data' && regionTypes.has(file_type),
    ),
  );
  return given.find(({ data_id }) => data_id !== null)?.data_id ?? null;
}

async function addComponent(
  tx: Queries,
  { data }: Context,
  process: EngineProcess,
  executionId: string,
  component: LinkedComponent,
): Promise<void> {
  for (const { data_id: id, name } of component.jobOutputs) {
    await data.prepareOutput(tx, {
      id,
      organisationId: process.organisation_id,
      name,
      executionId,
      processId: process.id,
    });
  }
  await tx.insert(tables.processServiceExecutions).values({
    id: randomUUID(),
    organisation_id: process.organisation_id,
    process_execution_id: executionId,
    process_id: process.id,
    service_id: component.serviceId,
    ssd_id: component.ssdId,
    image_id: component.imageId,
    chain_index: component.chainIndex,
    name: component.name,
    state: 'waiting',
    architecture: architecture(),
    cpu: component.resources.cpu,
    memory: component.resources.memoryMb,
    storage: component.resources.storageGb,
    options: [...component.options],
    job_options: { ...component.jobOptions },
    job_inputs: component.jobInputs,
    job_outputs: component.jobOutputs,
    after: component.after,
    intermediate: component.intermediate,
  });
}

function architecture(): string {
  return globalThis.process.arch === 'x64' ? 'x86_64' : globalThis.process.arch;
}

export async function unfinished(tx: Queries, processId: string): Promise<number> {
  return await tx.$count(
    tables.processExecutions,
    and(eq(tables.processExecutions.process_id, processId), sql`ended_at is null`),
  );
}

/** Whether the run that is due at `repeat_start` is there. */
async function hasRun(tx: Queries, process: EngineProcess): Promise<boolean> {
  const count = await tx.$count(
    tables.processExecutions,
    and(
      eq(tables.processExecutions.process_id, process.id),
      sql`started_at >= ${process.repeat_start}::timestamptz`,
    ),
  );
  return count > 0;
}
