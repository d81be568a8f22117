import { eq } from 'drizzle-orm';

import type { ListQuery } from '@fusion-platform/contract';

import { platformNow, selectPage, tables } from '../database/index.ts';
import type { Queries } from '../database/index.ts';
import type { Context, ProcessFields, ProcessPage, ProcessValue } from './context.ts';
import { copyTemplate, createProcess, newTemplate, presentOne } from './create.ts';
import { availableDispatchers } from './dispatchers.ts';
import { judgeProcess } from './judge-process.ts';
import { refuse } from './checks.ts';
import type { ProcessRow } from './parts.ts';
import type { Plan } from './plan.ts';
import { presentProcesses } from './present.ts';
import { scheduleOf } from './schedule-fields.ts';
import type { Schedule } from './schedule/index.ts';
import { findProcess } from './store.ts';
import { updateProcess } from './update.ts';

/** Processes: templates, options, expressions, validation and price. A foreign id is answered as if there were none. */
export interface Processes {
  /** @throws CallError `not_found`, `bad_request` for a dispatcher */
  newTemplate(organisationId: string, serviceId: string): Promise<ProcessValue>;
  copyTemplate(organisationId: string, processId: string): Promise<ProcessValue>;
  create(organisationId: string, userId: string, fields: ProcessFields): Promise<ProcessValue>;
  list(organisationId: string, query: ListQuery): Promise<ProcessPage>;
  get(organisationId: string, processId: string): Promise<ProcessValue>;
  update(organisationId: string, processId: string, fields: ProcessFields): Promise<ProcessValue>;
  /** A stored process for the engine, in its transaction. @throws CallError `not_found` */
  load(
    tx: Queries,
    organisationId: string,
    processId: string,
    options?: { readonly lock?: boolean },
  ): Promise<ProcessRow>;
  /**
   * What a run consists of now. It cuts regions, which takes a while: not within a transaction.
   * @throws ModelError for what has become wrong since it was stored
   */
  plan(process: { readonly id: string; readonly organisation_id: string }): Promise<Plan>;
  /** Writes down how far its schedule has come. */
  moveSchedule(tx: Queries, processId: string, moved: MovedSchedule): Promise<void>;
  setStatus(tx: Queries, processId: string, status: 'execute' | 'stop', userId: string | null): Promise<void>;
  remove(tx: Queries, processId: string): Promise<void>;
  /** The due times of a process, counted from `start`. */
  scheduleOf(process: ProcessRow, start: string): Schedule;
  /** What can be added to any process of the organisation. */
  availableDispatchers(organisationId: string): Promise<NonNullable<ProcessValue['dispatchers']>>;
}

/** How far a schedule has come; what is left out stays. */
export type MovedSchedule = Partial<
  Pick<ProcessRow, 'schedule_runs' | 'schedule_start' | 'repeat_start' | 'advance_at' | 'inputs'>
>;

export function createProcesses(context: Context): Processes {
  const { processes } = tables;
  const { queries } = context.database;
  return {
    newTemplate: async (...rest) => await newTemplate(context, ...rest),
    copyTemplate: async (...rest) => await copyTemplate(context, ...rest),
    create: async (...rest) => await createProcess(context, ...rest),
    list: async (organisationId, query) => {
      const { rows, last } = await selectPage(queries, processes, {
        query,
        where: eq(processes.organisation_id, organisationId),
        filterable: { id: processes.id, name: processes.name },
        searchable: [processes.name],
      });
      return { list: await presentProcesses(queries, context, rows), ...(last ? { last } : {}) };
    },
    get: async (organisationId, processId) =>
      await presentOne(queries, context, await findProcess(queries, organisationId, processId)),
    update: async (...rest) => await updateProcess(context, ...rest),
    load: findProcess,
    plan: async (process) => {
      const row = await findProcess(queries, process.organisation_id, process.id);
      const { plan, issues } = await judgeProcess(
        queries,
        context,
        row.organisation_id,
        row.service_id,
        row,
        {
          complete: true,
        },
      );
      refuse(issues);
      return plan;
    },
    moveSchedule: async (tx, processId, moved) => {
      await tx
        .update(processes)
        // What its user wrote is as it was.
        .set({ ...moved, updated_at: processes.updated_at })
        .where(eq(processes.id, processId));
    },
    setStatus: async (tx, processId, status, userId) => {
      await tx
        .update(processes)
        .set({
          process_status: status,
          process_status_at: platformNow,
          process_status_changed_by: userId,
        })
        .where(eq(processes.id, processId));
    },
    scheduleOf,
    availableDispatchers: async (organisationId) =>
      availableDispatchers(await context.catalogue.dispatchers(queries, organisationId)),
    remove: async (tx, processId) => {
      await context.data.setUses(tx, processId, []);
      await tx.delete(processes).where(eq(processes.id, processId));
    },
  };
}
