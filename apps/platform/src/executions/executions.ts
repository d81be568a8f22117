import type {
  ExecutionEvent,
  ListQuery,
  LogEvent,
  ProcessExecution,
  ProcessServiceExecution,
  ProcessServiceExecutionAttempt,
  ProcessServiceExecutionLog,
} from '@fusion-platform/contract';
import type { Registry } from 'prom-client';
import type { z } from 'zod';

import type { ProcessValue } from '../processes/index.ts';
import type { Context } from './context.ts';
import { defaultSettings } from './settings.ts';
import type { ExecutionsSettings } from './settings.ts';
import { actionsOf } from './actions/index.ts';
import {
  createAttemptHints,
  createEngine,
  createMaintenance,
  createManifestCache,
  nodeIdOf,
} from './driver/index.ts';
import {
  createEngineMetrics,
  followExecution,
  followLogs,
  getComponent,
  getExecution,
  listAttempts,
  listComponents,
  listExecutions,
  listLogs,
  openLogFile,
  withExecutions,
} from './view/index.ts';
import type { Listed, LogFileQuery, Reading, StreamedFile, StreamItem } from './view/index.ts';
import {
  changeDeleteExpiry,
  changeDeleteProtection,
  removeExecution,
  removeProcess,
} from './cleanup/index.ts';
import { execute, retryExecution, stop, stopExecution } from './run/index.ts';

export interface ExecutionsOptions extends Pick<
  Context,
  'database' | 'events' | 'objects' | 'data' | 'catalogue' | 'processes' | 'runtime' | 'log'
> {
  readonly settings: ExecutionsSettings;
  /** Users are not told without it. */
  readonly notify?: Context['notify'];
}

/** Executions: what runs, what ran, and the engine that runs it. What belongs to another organisation is answered as not found. */
export interface Executions {
  /** The run is there when this returns. @throws CallError `conflict`, `insufficient_credits`, `invalid_model` */
  execute(organisationId: string, processId: string, userId: string): Promise<void>;
  stop(organisationId: string, processId: string, userId: string): Promise<void>;
  /** Stops one alone; the others of its group go on. */
  stopExecution(organisationId: string, executionId: string, userId: string): Promise<ProcessExecution>;
  /** Executes one that did not succeed again, keeping what did. @throws CallError `conflict`, `insufficient_credits` */
  retry(organisationId: string, executionId: string, userId: string): Promise<ProcessExecution>;
  attempts(
    organisationId: string,
    componentId: string,
    query: ListQuery,
  ): Promise<Listed<ProcessServiceExecutionAttempt>>;
  /** Stops the process, then deletes it with its executions and outputs. @throws CallError `conflict`, `unavailable` */
  removeProcess(
    organisationId: string,
    processId: string,
    userId: string,
    signal: AbortSignal,
  ): Promise<void>;
  list(organisationId: string, processId: string, query: ListQuery): Promise<Listed<ProcessExecution>>;
  /** Processes with the lists of their executions, oldest first. */
  withExecutions(processes: readonly ProcessValue[]): Promise<ProcessValue[]>;
  get(organisationId: string, executionId: string): Promise<ProcessExecution>;
  /** Only `delete_expiry` can be changed; other fields are passed over. */
  update(
    organisationId: string,
    executionId: string,
    fields: { readonly delete_expiry?: string | undefined },
  ): Promise<ProcessExecution>;
  /** @throws CallError `conflict` while it runs or is protected */
  remove(organisationId: string, executionId: string): Promise<void>;
  changeDeleteExpiry(organisationId: string, executionId: string, deleteExpiry: string): Promise<void>;
  changeDeleteProtection(organisationId: string, executionId: string, protectedNow: boolean): Promise<void>;
  components(
    organisationId: string,
    executionId: string,
    query: ListQuery,
  ): Promise<Listed<ProcessServiceExecution>>;
  component(organisationId: string, componentId: string): Promise<ProcessServiceExecution>;
  logs(
    organisationId: string,
    componentId: string,
    query: ListQuery,
  ): Promise<Listed<ProcessServiceExecutionLog>>;
  logFile(organisationId: string, componentId: string, query: LogFileQuery): Promise<StreamedFile>;
  follow(
    organisationId: string,
    executionId: string,
    signal: AbortSignal,
  ): Promise<AsyncIterable<StreamItem<z.output<typeof ExecutionEvent>>>>;
  followLogs(
    organisationId: string,
    componentId: string,
    lastEventId: string | undefined,
    signal: AbortSignal,
  ): Promise<AsyncIterable<StreamItem<z.output<typeof LogEvent>>>>;
  registerMetrics(registry: Registry): void;
  /** Starts the loop: it continues what was running, and runs what waits. */
  start(): void;
  /** Stops the loop. Components that run go on running. */
  close(): Promise<void>;
}

export async function createExecutions(options: ExecutionsOptions): Promise<Executions> {
  const { settings, database } = options;
  const { queries } = database;
  const kept = await nodeIdOf(settings.attemptsFolder);
  const metrics = createEngineMetrics(queries);
  const context: Context = {
    ...options,
    catalogue: createManifestCache(options.catalogue),
    nodeId: settings.nodeId ?? kept,
    hints: createAttemptHints(options.runtime, (error) =>
      options.log.warn({ err: error }, 'cannot watch the attempts'),
    ),
    settings: { ...defaultSettings, ...settings },
    onEnded: metrics.ended,
    notify: options.notify ?? (async () => {}),
  };
  const { slots, memoryMb, groupExecutions } = settings;
  const limits = { slots, memoryMb, groupExecutions };
  const reading: Reading = {
    limits,
    leaseSeconds: context.settings.leaseSeconds,
    actionsOf: async (component) => await actionsOf(queries, context.catalogue, component),
  };
  const engine = createEngine(context, createMaintenance(context));
  return {
    execute: async (organisationId, processId, userId) =>
      await execute(context, organisationId, processId, userId),
    stop: async (organisationId, processId, userId) => await stop(context, organisationId, processId, userId),
    stopExecution: async (organisationId, id, userId) => {
      await stopExecution(context, organisationId, id, userId);
      return await getExecution(queries, organisationId, id, limits);
    },
    retry: async (organisationId, id, userId) => {
      await retryExecution(context, organisationId, id, userId);
      return await getExecution(queries, organisationId, id, limits);
    },
    attempts: async (organisationId, id, query) => await listAttempts(queries, organisationId, id, query),
    removeProcess: async (organisationId, processId, userId, signal) =>
      await removeProcess(context, organisationId, processId, userId, signal),
    list: async (organisationId, processId, query) => {
      await options.processes.load(queries, organisationId, processId);
      return await listExecutions(queries, organisationId, processId, query, limits);
    },
    withExecutions: async (list) => await withExecutions(queries, list),
    get: async (organisationId, id) => await getExecution(queries, organisationId, id, limits),
    update: async (organisationId, id, { delete_expiry: expiry }) => {
      if (expiry !== undefined) await changeDeleteExpiry(queries, organisationId, id, expiry);
      return await getExecution(queries, organisationId, id, limits);
    },
    remove: async (organisationId, id) => await removeExecution(context, organisationId, id),
    changeDeleteExpiry: async (organisationId, id, expiry) =>
      await changeDeleteExpiry(queries, organisationId, id, expiry),
    changeDeleteProtection: async (organisationId, id, protectedNow) =>
      await changeDeleteProtection(queries, organisationId, id, protectedNow),
    components: async (organisationId, id, query) =>
      await listComponents(queries, organisationId, id, query, reading),
    component: async (organisationId, id) => await getComponent(queries, organisationId, id, reading),
    logs: async (organisationId, id, query) => await listLogs(queries, organisationId, id, query),
    logFile: async (organisationId, id, query) => await openLogFile(queries, organisationId, id, query),
    follow: async (organisationId, id, signal) =>
      await followExecution(context, organisationId, id, reading, signal),
    followLogs: async (organisationId, id, lastEventId, signal) =>
      await followLogs(context, organisationId, id, lastEventId, signal),
    registerMetrics: metrics.register,
    start: engine.start,
    close: async () => {
      await engine.close();
      await context.hints.close();
    },
  };
}
