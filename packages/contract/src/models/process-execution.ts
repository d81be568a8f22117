import * as z from 'zod';

import { boolean, datetime, decimal, integer, listOf, string, uuid } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';
import { chainEnd, chainStart, optionOfRun, owner, reasons, stamps, waiting } from './parts/index.ts';

const kept = { nullable: true, readOnly: true } as const;
const added = { ...kept, extension: true } as const;

const Link = z.object({
  ...chainStart,
  inputs: listOf(z.array(z.guid().nullable()).nullable(), {
    title: 'Inputs',
    description:
      'The data items that each of its inputs is given, in the order of its inputs. Null for what is not known yet or left empty.',
    nullable: true,
  }),
  ...chainEnd,
});

/** One run of a process. */
export const ProcessExecution = model(
  'ProcessExecution',
  'Execution',
  'One run of a process over its region, or over one slice of it.',
  {
    ...stamps('execution'),
    organisation_id: owner('execution'),
    process_id: uuid({ title: 'Process', description: 'The id of the process that ran.', readOnly: true }),
    group_id: uuid({
      title: 'Group',
      description: 'What all executions of one run of a sliced process share. Absent when it was not sliced.',
      ...kept,
    }),
    group_index: integer({
      title: 'Place in the group',
      description: 'Which of the group it is, from 0. Absent without a group.',
      ...kept,
    }),
    group_count: integer({
      title: 'Size of the group',
      description: 'How many executions the group has, the aggregating one included. Absent without a group.',
      ...kept,
    }),
    options: listOf(z.object(optionOfRun), {
      title: 'Options',
      description: 'The options of the process as they were for this run.',
      nullable: true,
    }),
    chains: listOf(Link, { title: 'Chain', description: 'What ran, in order.', nullable: true }),
    started_at: datetime({ title: 'Started at', description: 'When it started.', readOnly: true }),
    ended_at: datetime({ title: 'Ended at', description: 'When it ended. Absent while it runs.', ...kept }),
    stopped: boolean({ title: 'Stopped', description: 'Whether a user stopped it.', readOnly: true }),
    abort: boolean({
      title: 'Aborting',
      description: 'Whether it is being ended, or was ended, before its time.',
      readOnly: true,
    }),
    abort_reason: string({
      title: 'Reason',
      description: 'Why it failed; of a success, a warning. Absent when there is nothing to say.',
      ...kept,
    }),
    exit_type: string({
      title: 'Exit type',
      description: 'The kind of failure, in a word. Absent when there was none.',
      ...kept,
    }),
    success: boolean({
      title: 'Success',
      description: 'Whether it succeeded. Final once `progress` is 100.',
      readOnly: true,
    }),
    progress: integer({
      title: 'Progress',
      description: 'How far it is, in per cent. 100 when it has ended, well or not.',
      readOnly: true,
    }),
    delete_expiry: datetime({
      title: 'Kept until',
      description: 'When it is deleted, with everything it made.',
    }),
    delete_warning_status: string({
      title: 'Warning of deletion',
      description: 'Whether users have been warned that it will be deleted, e.g. delete_warning_sent.',
      readOnly: true,
    }),
    deletable: string({
      title: 'Deletable',
      description: 'The word `deletable` when it can be deleted. Absent when it cannot.',
      ...kept,
    }),
    delete_protection: boolean({
      title: 'Protected',
      description: 'True when it is kept past `delete_expiry`.',
      ...kept,
    }),
    requested_by: uuid({
      title: 'Asked for by',
      description: 'The id of the user who executed the process. Absent when it began by its schedule.',
      ...added,
    }),
    role: string({
      title: 'Role',
      description: 'One of whole, slice and aggregator: what part of its run it is.',
      ...added,
    }),
    price: decimal({
      title: 'Price',
      description: 'What was reserved for it, in credits.',
      ...added,
    }),
    charged: decimal({
      title: 'Charged',
      description: 'What it has cost in the end, in credits. Absent while it runs.',
      ...added,
    }),
    ...waiting,
    ...reasons,
  },
);
export type ProcessExecution = ModelValue<typeof ProcessExecution>;
