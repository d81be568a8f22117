import * as z from 'zod';

import { Metric, ProcessServiceExecutionLog, Run, StateCounts } from '../models/index.ts';

const text = (description: string) => z.string().meta({ description });
const maybe = (description: string) => z.string().nullable().meta({ description });
const number = (description: string) => z.number().nullable().meta({ description });

/** A component as the answer about a whole run has it: what a table, a timeline and a map of 1,000 slices show. */
export const ComponentInBrief = z
  .object({
    id: z.guid(),
    name: text('The name of its service.'),
    chain_index: z.int().meta({ description: 'Which link of the chain it is, from 0.' }),
    after: z.array(z.int()).meta({ description: 'The links of the chain whose outputs it takes.' }),
    kind: text('One of service and dispatch.'),
    intermediate: z.boolean().meta({ description: 'Whether its outputs only feed later components.' }),
    state: text('How it stands: a state of a component.'),
    progress: z.int().meta({ description: 'How far it is, in per cent.' }),
    started_at: maybe('When it started. Null until then.'),
    ended_at: maybe('When it ended. Null until then.'),
    peak_memory_bytes: number('The most memory that any attempt used, in bytes. Null when not measured.'),
    exit_type: maybe('The kind of failure, in a word.'),
    abort_reason: maybe('Why it failed; of a success, a warning.'),
    attempts: z.int().meta({ description: 'How many attempts there were.' }),
    reused: z.boolean().meta({ description: 'Whether it took over the outputs of an earlier component.' }),
  })
  .meta({ id: 'ComponentInBrief', title: 'Component, in brief' });
export type ComponentInBrief = z.output<typeof ComponentInBrief>;

/** An execution as the answer about a whole run has it. */
export const ExecutionInBrief = z
  .object({
    id: z.guid(),
    role: text('One of whole, slice and aggregator.'),
    group_index: z.int().nullable().meta({ description: 'Which of the group it is, from 0.' }),
    state: text('One of waiting, running, succeeded, failed and stopped.'),
    progress: z.int().meta({ description: 'How far it is, in per cent.' }),
    started_at: text('When it started, or is to start.'),
    ended_at: maybe('When it ended. Null until then.'),
    exit_type: maybe('The kind of failure, in a word.'),
    abort_reason: maybe('Why it failed; of a success, a warning.'),
    price: z.number().meta({ description: 'What was reserved for it, in credits.' }),
    charged: number('What it has cost in the end, in credits.'),
    bounds: z
      .array(z.number())
      .nullable()
      .meta({ description: 'West, south, east and north of its region, in degrees. Only with `regions`.' }),
    outline: maybe('Its region as the text of a GeoJSON object (CRS84). Only with `regions`.'),
    components: z.array(ComponentInBrief).meta({ description: 'In chain order.' }),
  })
  .meta({ id: 'ExecutionInBrief', title: 'Execution, in brief' });
export type ExecutionInBrief = z.output<typeof ExecutionInBrief>;

export const RunAnswer = z.object({
  run: Run.schema,
  executions: z.array(ExecutionInBrief).meta({
    description: 'In the order of the group; with `since`, only those that have changed.',
  }),
  as_of: text('When this was so: `since` of the next call.'),
});
export type RunAnswer = z.output<typeof RunAnswer>;

export const CountsAnswer = z.object({
  now: StateCounts.meta({
    description: 'Of those that have not ended, and those that ended in the last day.',
  }),
  runs: StateCounts.meta({ description: 'The same, counting each group once.' }),
});
export type CountsAnswer = z.output<typeof CountsAnswer>;

export const NodesAnswer = z.object({
  nodes: z
    .array(
      z.object({
        id: z.guid(),
        state: text('One of alive and silent.'),
        version: text('Of the platform.'),
        runtime: maybe('One of process, container and slurm. Null while it starts.'),
        isolation: maybe('What isolates components.'),
        slots: z.int().meta({ description: 'How many components run at once.' }),
        busy: z.int().meta({ description: 'How many run now.' }),
        memory: z.number().meta({ description: 'For components, in MiB.' }),
        busy_memory: z.number().meta({ description: 'Taken, in MiB.' }),
        started_at: text('When it started.'),
        heartbeat_at: text('When it was last alive.'),
      }),
    )
    .meta({ description: 'Oldest first.' }),
});
export type NodesAnswer = z.output<typeof NodesAnswer>;

export const LogLinesAnswer = z.object({
  total: z.int().meta({ description: 'How many records there are; with a search, how many match.' }),
  from: z.int().meta({ description: 'The place of the first record given, from 0.' }),
  lines: z.array(z.int()).meta({ description: 'The place in the whole log of each record given, from 0.' }),
  records: z.array(ProcessServiceExecutionLog.schema).meta({ description: 'The records, oldest first.' }),
});
export type LogLinesAnswer = z.output<typeof LogLinesAnswer>;

export const SamplesAnswer = z.object({
  samples: z
    .array(
      Metric.extend({ attempt: z.int().meta({ description: 'The attempt that was measured, from 1.' }) }),
    )
    .meta({ description: 'Oldest first.' }),
  next: z.int().meta({ description: '`after` of the next call.' }),
});
export type SamplesAnswer = z.output<typeof SamplesAnswer>;

export const HistoryAnswer = z.object({
  components: z
    .array(
      z.object({
        id: z.guid(),
        process_execution_id: z.guid(),
        state: text('How it stands: a state of a component.'),
        started_at: maybe('When it started.'),
        ended_at: maybe('When it ended.'),
        runtime: number('How long it ran, in seconds.'),
        peak_memory_bytes: number('The most memory that any attempt used, in bytes.'),
        memory: z.number().meta({ description: 'The memory it was given, in MiB.' }),
        exit_type: maybe('The kind of failure, in a word.'),
      }),
    )
    .meta({ description: 'Newest first.' }),
});
export type HistoryAnswer = z.output<typeof HistoryAnswer>;
