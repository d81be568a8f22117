import * as z from 'zod';

import {
  ProcessExecution,
  ProcessServiceExecution,
  ProcessServiceExecutionAttempt,
  ProcessServiceExecutionLog,
} from '../models/index.ts';
import { call, empty, flat, list, nested, one, stream } from './define.ts';

const tag = 'Executions';
const path = '/organisations/{organisation_id}/process_executions/{process_execution_id}';
const component =
  '/organisations/{organisation_id}/process_service_executions/{process_service_execution_id}';

export const getExecution = call({
  tag,
  summary: 'Get an execution',
  description: 'Clients poll `progress`: at 100, `success` is final.',
  method: 'GET',
  path,
  answer: one(ProcessExecution),
});
export const updateExecution = call({
  tag,
  summary: 'Change an execution',
  method: 'PATCH',
  path,
  body: flat(ProcessExecution),
  answer: one(ProcessExecution),
  errors: ['forbidden'],
});
export const deleteExecution = call({
  tag,
  summary: 'Delete an execution',
  description: 'With everything it made. Refused while it runs.',
  method: 'DELETE',
  path,
  answer: empty,
  errors: ['conflict', 'forbidden'],
});
export const changeDeleteExpiry = call({
  tag,
  summary: 'Change when an execution is deleted',
  description: 'For one of a group, the whole group.',
  method: 'POST',
  path: `${path}/change_delete_expiry` as const,
  body: nested('ProcessExecution', z.object({ delete_expiry: ProcessExecution.schema.shape.delete_expiry })),
  answer: empty,
  errors: ['forbidden'],
  idempotent: true,
});
export const changeDeleteProtection = call({
  tag,
  summary: 'Protect an execution from deletion, or no longer',
  description:
    'A protected one is neither deleted by its expiry nor by a user, and neither is its process. For one of a group, the whole group.',
  method: 'POST',
  path: `${path}/change_delete_protection` as const,
  body: nested('ProcessExecution', z.object({ delete_protection: z.boolean() })),
  answer: empty,
  errors: ['forbidden'],
  idempotent: true,
  extension: true,
});
export const stopExecution = call({
  tag,
  summary: 'Stop an execution',
  description:
    'What runs of it ends within seconds, and what waits never begins; the other executions of its group go on. Harmless for one that has ended.',
  method: 'POST',
  path: `${path}/stop` as const,
  answer: one(ProcessExecution),
  errors: ['forbidden'],
  idempotent: true,
  extension: true,
});
export const retryExecution = call({
  tag,
  summary: 'Execute a failed execution again from where it failed',
  description:
    'What succeeded is kept and not charged again; what failed, was stopped or never began runs again. An aggregating execution of its group that could not run without it follows by itself.',
  method: 'POST',
  path: `${path}/retry` as const,
  answer: one(ProcessExecution),
  errors: ['conflict', 'insufficient_credits', 'forbidden'],
  extension: true,
});
export const listComponents = call({
  tag,
  summary: 'List the components, in chain order',
  method: 'GET',
  path: `${path}/process_service_executions` as const,
  answer: list(ProcessServiceExecution),
  errors: ['bad_request'],
});
export const getComponent = call({
  tag,
  summary: 'Get a component',
  method: 'GET',
  path: component,
  answer: one(ProcessServiceExecution),
});
export const listLogs = call({
  tag,
  summary: 'List the log records of a component',
  description:
    'Oldest first, unless `reverse`. Records of the same moment keep the order in which they were written.',
  method: 'GET',
  path: `${component}/logs` as const,
  answer: list(ProcessServiceExecutionLog, ['logged_at', 'attempt']),
  errors: ['bad_request'],
});

export const listAttempts = call({
  tag,
  summary: 'List the attempts at a component',
  description: 'In order. Each has its own metrics; its log records are found by `filter[attempt__eq]`.',
  method: 'GET',
  path: `${component}/attempts` as const,
  answer: list(ProcessServiceExecutionAttempt),
  errors: ['bad_request'],
  extension: true,
});

/** What the live stream of an execution says: the execution or one of its components as it now stands. */
export const ExecutionEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('execution'), model: ProcessExecution.schema }),
  z.object({ event: z.literal('component'), model: ProcessServiceExecution.schema }),
  z.object({ event: z.literal('end') }),
]);
export type ExecutionEvent = z.output<typeof ExecutionEvent>;

/** What the live stream of a component's log says: a record, or that no more will come. */
export const LogEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('log'), model: ProcessServiceExecutionLog.schema }),
  z.object({ event: z.literal('end') }),
]);
export type LogEvent = z.output<typeof LogEvent>;

export const followExecution = call({
  tag,
  summary: 'Follow an execution live',
  description:
    'Server-sent events. Each event is named after what it carries; its data is the JSON of `{"model": …}`. The state as it is comes first.',
  method: 'GET',
  path: `${path}/events` as const,
  answer: stream(ExecutionEvent),
  extension: true,
});
export const followLogs = call({
  tag,
  summary: 'Follow the log of a component live',
  description:
    'Server-sent events. The id of each event is the record it carries: a `Last-Event-ID` header goes on after it. All records so far come first.',
  method: 'GET',
  path: `${component}/logs/events` as const,
  answer: stream(LogEvent),
  extension: true,
});
