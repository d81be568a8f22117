import * as z from 'zod';

import { ProcessExecution, Run } from '../models/index.ts';
import { call, list, object } from './define.ts';
import {
  CountsAnswer,
  HistoryAnswer,
  LogLinesAnswer,
  NodesAnswer,
  RunAnswer,
  SamplesAnswer,
} from './run-answers.ts';

const tag = 'Executions';
const organisation = '/organisations/{organisation_id}';
const component = `${organisation}/process_service_executions/{process_service_execution_id}` as const;

const count = (description: string) =>
  z.coerce.number().int().min(0).max(2_147_483_647).optional().meta({ description });

export const listRuns = call({
  tag,
  summary: 'List the runs of all processes',
  description:
    'A run is an execution that stands alone, or a group. By when they were made, oldest first, unless `reverse`. `search` looks in the names of processes and in the reasons of failures.',
  method: 'GET',
  path: `${organisation}/runs` as const,
  answer: list(Run, ['id', 'process_id', 'state', 'started_at'], true),
  errors: ['bad_request'],
  extension: true,
});

export const getRun = call({
  tag,
  summary: 'Get a run with all its executions and components',
  description:
    'The id is that of a group, or of any of its executions, or of an execution that stands alone.',
  method: 'GET',
  path: `${organisation}/runs/{run_id}` as const,
  query: z.object({
    since: z.string().optional().meta({ description: 'Leaves out executions that have not changed since.' }),
    regions: z.boolean().optional().meta({ description: 'Whether to tell the region of each execution.' }),
  }),
  answer: object(RunAnswer),
  errors: ['bad_request'],
  extension: true,
});

export const countExecutions = call({
  tag,
  summary: 'Count the executions by state',
  description: 'Of all processes: what waits and runs now, and what has ended in the last day.',
  method: 'GET',
  path: `${organisation}/process_executions/counts` as const,
  answer: object(CountsAnswer),
  extension: true,
});

export const listNodes = call({
  tag,
  summary: 'List the nodes of the platform',
  description: 'The platforms that share its database.',
  method: 'GET',
  path: `${organisation}/nodes` as const,
  answer: object(NodesAnswer),
  extension: true,
});

export const listAllExecutions = call({
  tag,
  summary: 'List the executions of all processes',
  method: 'GET',
  path: `${organisation}/process_executions` as const,
  answer: list(
    ProcessExecution,
    ['id', 'process_id', 'group_id', 'role', 'success', 'stopped', 'started_at', 'ended_at', 'exit_type'],
    true,
  ),
  errors: ['bad_request'],
  extension: true,
});

export const readLog = call({
  tag,
  summary: 'Read part of a log by line, or search it',
  description:
    'Up to 1,000 records from any place of the log, or of what matches a search. A million lines can be leafed through this way.',
  method: 'GET',
  path: `${component}/logs/lines` as const,
  query: z.object({
    from: count('The place of the first record wanted, from 0. Without it, the last ones are given.'),
    limit: count('How many records, 200 unless given.'),
    text: z.string().max(500).optional().meta({ description: 'Only records with this text, in any case.' }),
    attempt: count('Only records of this attempt.'),
    since: z.iso
      .datetime({ offset: true })
      .optional()
      .meta({ description: 'Only records of this moment or later: ISO 8601 with a zone.' }),
  }),
  answer: object(LogLinesAnswer),
  errors: ['bad_request'],
  extension: true,
});

export const readSamples = call({
  tag,
  summary: 'Read the metrics of a component from where one stopped',
  description: 'At most 20,000 samples; `next` leads to the rest, and to those to come.',
  method: 'GET',
  path: `${component}/metrics` as const,
  query: z.object({ after: count('`next` of the call before.') }),
  answer: object(SamplesAnswer),
  errors: ['bad_request'],
  extension: true,
});

export const getComponentHistory = call({
  tag,
  summary: 'List the last runs of the same component',
  description:
    'Those of the same place in the chain of the same process, and of the same slice where it is sliced: this one and up to 20 others.',
  method: 'GET',
  path: `${component}/history` as const,
  answer: object(HistoryAnswer),
  extension: true,
});
