import * as z from 'zod';

import {
  boolean,
  datetime,
  decimal,
  int32,
  integer,
  listOf,
  relativeDelta,
  string,
  timeDelta,
  uuid,
} from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';
import {
  chainEnd,
  chainStart,
  Dispatcher,
  ExecutionStatus,
  Input,
  Option,
  owner,
  stamps,
} from './parts/index.ts';

const kept = { nullable: true, readOnly: true } as const;

const Link = z.object({
  ...chainStart,
  inputs: listOf(z.guid().nullable(), {
    title: 'Inputs',
    description: 'The data item that each of its inputs is given. Null for what an earlier link is to make.',
    nullable: true,
  }),
  ...chainEnd,
});

/** A process. */
export const Process = model(
  'Process',
  'Process',
  'A service made ready to run: with its inputs, options, schedule and dispatchers.',
  {
    ...stamps('process'),
    organisation_id: owner('process'),
    ssd_id: uuid({ title: 'SSD', description: 'The SSD of the service that it runs.', readOnly: true }),
    service_id: uuid({
      title: 'Service',
      description: 'The id of the service, a version of that SSD.',
      readOnly: true,
    }),
    name: string({ title: 'Name', description: 'What the process is called.' }),
    inputs: listOf(Input, {
      title: 'Inputs',
      description: 'The data that it takes.',
      nullable: true,
      hidden: true,
    }),
    options: listOf(Option, {
      title: 'Options',
      description: 'The options of all services of its chain.',
      nullable: true,
      hidden: true,
    }),
    chains: listOf(Link, { title: 'Chain', description: 'What runs, in order.', ...kept }),
    run_type: string({
      title: 'Run type',
      description: 'One of run_once and run_schedule: once, or over and over.',
    }),
    repeat_count: int32({ title: 'Runs', description: 'How many runs a schedule has; 1 for run_once.' }),
    repeat_start: datetime({
      title: 'Next run',
      description: 'When the next run is due. It moves on once the executions of that run exist.',
    }),
    repeat_end: datetime({
      title: 'Last run',
      description: 'After when no run is due any more. Absent when only their number ends the schedule.',
      nullable: true,
    }),
    repeat_gap: relativeDelta({
      title: 'Gap',
      description: 'From one run to the next. Absent for run_once.',
      nullable: true,
    }),
    repeat_offset: timeDelta({
      title: 'Offset',
      description: 'How long after it is due a run starts. Absent: at once.',
      nullable: true,
    }),
    process_status: string({
      title: 'Status',
      description: 'One of draft, execute and stop.',
      readOnly: true,
    }),
    process_status_at: datetime({
      title: 'Status since',
      description: 'When the status last changed.',
      readOnly: true,
    }),
    process_status_changed_by: uuid({
      title: 'Status changed by',
      description: 'The id of the user who changed it. Absent when it changed by itself.',
      ...kept,
    }),
    output_storage_period: int32({
      title: 'Output storage',
      description:
        'For how many days after a run its outputs are kept. Absent: as long as the organisation may keep them.',
      nullable: true,
    }),
    test_run: boolean({
      title: 'Test run',
      description: 'Whether it is there to test a service that is not approved yet.',
      readOnly: true,
    }),
    dispatchers: listOf(Dispatcher, {
      title: 'Dispatchers',
      description: 'What sends its outputs somewhere, in order. Absent when nothing does.',
      nullable: true,
      hidden: true,
    }),
    price: decimal({ title: 'Price', description: 'What one run costs, in credits.', readOnly: true }),
    deletable: string({
      title: 'Deletable',
      description: 'The word `deletable` when it can be deleted. Absent when it cannot.',
      ...kept,
    }),
    has_executions: string({
      title: 'Has executions',
      description: 'The word `executions` when it has some, empty when not.',
      hidden: true,
    }),
    has_executions_organisation_id: string({
      title: 'Has executions, organisation',
      description: 'The id of the organisation when the process has executions, empty when not.',
      hidden: true,
    }),
    executions: listOf(ExecutionStatus, {
      title: 'Executions',
      description: 'How its executions stand. Absent when it has none.',
      nullable: true,
      hidden: true,
    }),
    non_aggregator_count: integer({
      title: 'Slices',
      description: 'How many executions of a run work on slices of the region.',
      ...kept,
    }),
    aggregator_count: integer({
      title: 'Aggregators',
      description: 'How many executions of a run put the slices together.',
      ...kept,
    }),
    available_dispatchers: listOf(Dispatcher, {
      title: 'Available dispatchers',
      description:
        'The dispatchers that could be added. A platform sends them beside the process, in `extras`.',
      nullable: true,
      hidden: true,
    }),
    reuse: boolean({
      title: 'Reuse',
      description:
        'Whether its components may take over, at no charge, the outputs of earlier ones that ran the same version of the same service with equal options on equal inputs. Absent: no.',
      nullable: true,
      extension: true,
    }),
  },
);
export type Process = ModelValue<typeof Process>;
