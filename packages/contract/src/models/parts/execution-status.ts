import * as z from 'zod';

import { boolean, datetime, integer, string, uuid } from '../../fields/index.ts';

/** An execution as its process lists it. */
export const ExecutionStatus = z
  .object({
    process_execution_id: uuid({ title: 'Execution', description: 'The id of the execution.' }),
    group_id: uuid({
      title: 'Group',
      description: 'Its group. Null when it was not sliced.',
      nullable: true,
    }),
    group_index: integer({
      title: 'Place in the group',
      description: 'Which of the group it is, from 0. Null without a group.',
      nullable: true,
    }),
    group_count: integer({
      title: 'Size of the group',
      description: 'How many executions the group has. Null without a group.',
      nullable: true,
    }),
    job_status: string({ title: 'Status', description: 'How it stands, in a word, e.g. success.' }),
    abort_reason: string({
      title: 'Reason',
      description: 'Why it failed; of a success, a warning. Null when there is nothing to say.',
      nullable: true,
    }),
    exit_type: string({
      title: 'Exit type',
      description: 'The kind of failure, in a word. Null when there was none.',
      nullable: true,
    }),
    started_at: datetime({ title: 'Started at', description: 'When it started.' }),
    ended_at: datetime({
      title: 'Ended at',
      description: 'When it ended. Null while it runs.',
      nullable: true,
    }),
    delete_warning_status: string({
      title: 'Warning of deletion',
      description: 'Whether users have been warned that it will be deleted, e.g. delete_warning_sent.',
    }),
    delete_expiry: datetime({
      title: 'Kept until',
      description: 'When it is deleted, with everything it made.',
    }),
    notified: boolean({
      title: 'Told',
      description: 'Whether users have been told of its end.',
      nullable: true,
    }),
  })
  .meta({ id: 'ExecutionStatus', title: 'Execution, in short' });
