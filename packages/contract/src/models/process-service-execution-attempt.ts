import { datetime, decimal, integer, listOf, string, uuid } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';
import { Metric, stamps } from './parts/index.ts';

const kept = { nullable: true, readOnly: true } as const;

/** One try at a component. Not part of the original API. */
export const ProcessServiceExecutionAttempt = model(
  'ProcessServiceExecutionAttempt',
  'Attempt',
  'One try at a component. There is another when the first was lost, ran out of memory, or met a passing fault.',
  {
    ...stamps('attempt'),
    process_service_execution_id: uuid({
      title: 'Component',
      description: 'The id of the component that was tried.',
      readOnly: true,
    }),
    number: integer({ title: 'Number', description: 'Which try it was, from 1.', readOnly: true }),
    state: string({
      title: 'State',
      description: 'One of preparing, queued (by a cluster), running, ended and gone (lost, or given up).',
      readOnly: true,
    }),
    started_at: datetime({ title: 'Started at', description: 'When its process started.', ...kept }),
    ended_at: datetime({ title: 'Ended at', description: 'When it ended. Absent while it runs.', ...kept }),
    memory: decimal({ title: 'Memory', description: 'The memory it was given, in MiB.', ...kept }),
    exit_code: integer({ title: 'Exit code', description: 'What its process exited with.', ...kept }),
    signal: string({ title: 'Signal', description: 'The signal that ended its process.', ...kept }),
    exit_type: string({
      title: 'Exit type',
      description: 'The kind of failure, in a word. Absent when there was none.',
      ...kept,
    }),
    reason: string({ title: 'Reason', description: 'Why it failed. Absent when it did not.', ...kept }),
    peak_memory: integer({
      title: 'Peak memory',
      description: 'The most memory that its processes held at once, without cache of files, in bytes.',
      ...kept,
    }),
    peak_storage: integer({
      title: 'Peak storage',
      description: 'The most scratch space it used, in bytes.',
      ...kept,
    }),
    cpu_seconds: decimal({
      title: 'CPU time',
      description: 'The processor time it used, in seconds.',
      ...kept,
    }),
    metrics: listOf(Metric, {
      title: 'Metrics',
      description: 'What it used, sampled while it ran and once at its end, oldest first.',
      ...kept,
    }),
  },
);
export type ProcessServiceExecutionAttempt = ModelValue<typeof ProcessServiceExecutionAttempt>;
