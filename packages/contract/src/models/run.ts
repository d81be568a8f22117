import { datetime, decimal, integer, string, uuid } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';
import { owner, reasons, stamps, waiting } from './parts/index.ts';

const told = { nullable: true, readOnly: true } as const;
const always = { readOnly: true } as const;
const count = (title: string, description: string) => integer({ title, description, ...always });

/** One run of a process, however many executions it has. Not part of the original API. */
export const Run = model(
  'Run',
  'Run',
  'What one start of a process made: an execution, or all executions of a group in one.',
  {
    ...stamps('run: of its group, or of its only execution'),
    organisation_id: owner('run'),
    process_id: uuid({ title: 'Process', description: 'The id of the process that ran.', ...always }),
    process_name: string({ title: 'Name', description: 'What the process is called.', ...always }),
    execution_id: uuid({
      title: 'Execution',
      description: 'The id of its only execution, or of the first of the group.',
      ...always,
    }),
    group_id: uuid({ title: 'Group', description: 'Its group. Absent when it was not sliced.', ...told }),
    state: string({
      title: 'State',
      description: 'One of waiting, running, succeeded, failed and stopped: how all of it stands.',
      ...always,
    }),
    count: count('Executions', 'How many executions it has.'),
    waiting: count('Waiting', 'How many of them have not begun.'),
    running: count('Running', 'How many of them run.'),
    succeeded: count('Succeeded', 'How many of them have ended well.'),
    failed: count('Failed', 'How many of them have ended badly.'),
    stopped: count('Stopped', 'How many of them a user has stopped.'),
    progress: integer({ title: 'Progress', description: 'How far all of it is, in per cent.', ...always }),
    started_at: datetime({ title: 'Started at', description: 'When the first of it started.', ...always }),
    ended_at: datetime({
      title: 'Ended at',
      description: 'When the last of it ended. Absent while any of it runs.',
      ...told,
    }),
    requested_by: uuid({
      title: 'Asked for by',
      description: 'The id of the user who asked for it. Absent when it began by its schedule.',
      ...told,
    }),
    price: decimal({ title: 'Price', description: 'What was reserved for it, in credits.', ...always }),
    charged: decimal({
      title: 'Charged',
      description: 'What it has cost so far, in credits. Absent while nothing of it has ended.',
      ...told,
    }),
    failed_execution_id: uuid({
      title: 'Failed execution',
      description: 'The id of the first execution that failed. Absent when none has.',
      ...told,
    }),
    exit_type: string({
      title: 'Exit type',
      description: 'The kind of failure of that execution, in a word. Absent when none failed.',
      ...told,
    }),
    abort_reason: string({
      title: 'Reason',
      description: 'Why that execution failed; of a success, a warning. Absent when there is nothing to say.',
      ...told,
    }),
    ...waiting,
    ...reasons,
  },
);
export type Run = ModelValue<typeof Run>;
