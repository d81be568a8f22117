import * as z from 'zod';

import { Process, ProcessExecution } from '../models/index.ts';
import { call, empty, flat, list, one, template } from './define.ts';

const tag = 'Processes';
const path = '/organisations/{organisation_id}/processes';
const item = `${path}/{process_id}` as const;

/** The dispatchers that could be added, in the form of `Process.dispatchers`. */
const extras = z.object({ dispatchers: Process.schema.shape.dispatchers });

export const newProcess = call({
  tag,
  summary: 'Get a template for a service',
  description: 'A process that is not stored, with the inputs and options of the service and their defaults.',
  method: 'GET',
  path: `${path}/new` as const,
  query: z.object({ service_id: z.guid().meta({ description: 'The id of the service to run.' }) }),
  answer: template(Process, extras),
  errors: ['bad_request'],
});
export const createProcess = call({
  tag,
  summary: 'Create a process',
  description:
    'Validates the options and inputs, works out the price, and answers the stored process, a draft.',
  method: 'POST',
  path,
  body: flat(Process, ['id', 'organisation_id', 'ssd_id', 'service_id']),
  answer: one(Process, extras),
  errors: ['forbidden'],
});
export const listProcesses = call({
  tag,
  summary: 'List the processes',
  method: 'GET',
  path,
  answer: list(Process, ['id', 'name'], true),
  errors: ['bad_request'],
});
export const getProcess = call({
  tag,
  summary: 'Get a process',
  method: 'GET',
  path: item,
  answer: one(Process, extras),
});
export const updateProcess = call({
  tag,
  summary: 'Change a process',
  description: 'One that executes cannot be changed; a stopped one only in its name and schedule.',
  method: 'PATCH',
  path: item,
  body: flat(Process),
  answer: one(Process, extras),
  errors: ['conflict', 'forbidden'],
});
export const deleteProcess = call({
  tag,
  summary: 'Delete a process',
  description: 'Stops it, and deletes its executions with all they made.',
  method: 'DELETE',
  path: item,
  answer: empty,
  errors: ['conflict', 'forbidden'],
});
export const copyProcess = call({
  tag,
  summary: 'Get a template filled from a process',
  description: 'For what a stopped process may not change any more.',
  method: 'GET',
  path: `${item}/copy` as const,
  answer: template(Process, extras),
});
export const executeProcess = call({
  tag,
  summary: 'Execute a process',
  description: 'Answers the process. The executions of a run that is due now exist when it answers.',
  method: 'POST',
  path: `${item}/execute` as const,
  answer: one(Process, extras),
  errors: ['conflict', 'insufficient_credits', 'invalid_model', 'forbidden'],
});
export const stopProcess = call({
  tag,
  summary: 'Stop a process',
  description: 'Ends its running executions and its schedule. Answers the process.',
  method: 'POST',
  path: `${item}/stop` as const,
  answer: one(Process, extras),
  errors: ['conflict', 'forbidden'],
  idempotent: true,
});
export const listExecutions = call({
  tag,
  summary: 'List the executions of a process',
  method: 'GET',
  path: `${item}/executions` as const,
  answer: list(ProcessExecution, ['id', 'group_id']),
  errors: ['bad_request'],
});
