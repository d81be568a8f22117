import * as z from 'zod';

import { boolean, datetime, decimal, integer, listOf, string, uuid } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';
import {
  actionEnd,
  actionName,
  afterData,
  beforeData,
  ChainOption,
  Metric,
  owner,
  reasons,
  stamps,
  valuesOfAction,
  waiting,
} from './parts/index.ts';

const kept = { nullable: true, readOnly: true } as const;
const added = { ...kept, extension: true } as const;

const Dispatched = z.object({
  file: string({ title: 'File', description: 'The name of the file that was sent.' }),
  to: string({ title: 'To', description: 'Where it was sent, e.g. s3://bucket/key.' }),
  size: integer({
    title: 'Size',
    description: 'How large it was, in bytes. Null when it is not known.',
    nullable: true,
  }),
  at: datetime({ title: 'At', description: 'When it had been sent.' }),
});

const ActionValue = z.object({
  ...beforeData,
  data_id: uuid({
    title: 'Data',
    description: 'The id of the data item that the output of the SSD became.',
    nullable: true,
  }),
  ...afterData,
});

/** A component of an execution. */
export const ProcessServiceExecution = model(
  'ProcessServiceExecution',
  'Component',
  'The run of one service of the chain inside an execution.',
  {
    ...stamps('component'),
    organisation_id: owner('component'),
    process_execution_id: uuid({
      title: 'Execution',
      description: 'The id of the execution that it is part of.',
      readOnly: true,
    }),
    process_id: uuid({ title: 'Process', description: 'The id of the process that ran.', readOnly: true }),
    service_id: uuid({ title: 'Service', description: 'The id of the service that it ran.', readOnly: true }),
    image_id: uuid({ title: 'Image', description: 'The id of the image of that service.', readOnly: true }),
    chain_index: integer({
      title: 'Place in the chain',
      description: 'Which link of the chain it is, from 0.',
      ...kept,
    }),
    name: string({ title: 'Name', description: 'The name of the service, for people.', readOnly: true }),
    started_at: datetime({ title: 'Started at', description: 'When it started.', readOnly: true }),
    ended_at: datetime({ title: 'Ended at', description: 'When it ended. Absent while it runs.', ...kept }),
    runtime: integer({
      title: 'Runtime',
      description: 'How long it ran, in seconds. Absent while it runs.',
      ...kept,
    }),
    architecture: string({
      title: 'Architecture',
      description: 'The kind of processor it ran on, e.g. amd64.',
      ...kept,
    }),
    cpu: decimal({ title: 'CPU', description: 'How many processors it was given.', readOnly: true }),
    gpu: decimal({
      title: 'GPU',
      description: 'How many graphics processors it was given. Absent when none.',
      ...kept,
    }),
    memory: decimal({
      title: 'Memory',
      description: 'The memory it was given, in MiB.',
      readOnly: true,
    }),
    storage: decimal({
      title: 'Storage',
      description: 'The scratch space it was given, in gigabytes.',
      ...kept,
    }),
    instance_type: string({
      title: 'Machine',
      description: 'The kind of machine it ran on. Absent when the runtime does not tell.',
      ...kept,
    }),
    actions: listOf(
      z.object({ name: actionName, values: listOf(ActionValue, valuesOfAction), ...actionEnd }),
      {
        title: 'Actions',
        description: 'The calls that can be made with its results. Absent when there are none.',
        nullable: true,
      },
    ),
    options: listOf(ChainOption, { title: 'Options', description: 'The options that it ran with.', ...kept }),
    inputs: listOf(z.guid(), {
      title: 'Inputs',
      description: 'The ids of the data items that it was given, in the order of its inputs.',
      nullable: true,
      hidden: true,
    }),
    outputs: listOf(z.guid(), {
      title: 'Outputs',
      description: 'The ids of the data items that it made, in the order of its outputs.',
      nullable: true,
      hidden: true,
    }),
    intermediate: boolean({
      title: 'Intermediate',
      description: 'Whether its outputs only feed later components, and so are no result of the process.',
      nullable: true,
    }),
    success: boolean({
      title: 'Success',
      description: 'Whether it succeeded. Absent while it runs.',
      ...kept,
    }),
    metrics: listOf(Metric, {
      title: 'Metrics',
      description: 'What it used, sampled while it ran and once at its end, oldest first.',
      ...kept,
    }),
    ssd_id: uuid({ title: 'SSD', description: 'The SSD of the service that it ran.', ...added }),
    kind: string({
      title: 'Kind',
      description: 'One of service, and dispatch for one that sends the outputs of another somewhere.',
      ...added,
    }),
    state: string({
      title: 'State',
      description:
        'One of waiting, preparing, running, publishing, succeeded, failed and stopped: how it stands. One that a cluster has queued is waiting.',
      ...added,
    }),
    progress: integer({
      title: 'Progress',
      description: 'How far it is, in per cent, as its service says.',
      ...added,
    }),
    exit_type: string({
      title: 'Exit type',
      description: 'The kind of failure, in a word. Absent when there was none.',
      ...added,
    }),
    abort_reason: string({
      title: 'Reason',
      description: 'Why it failed; of a success, a warning. Absent when there is nothing to say.',
      ...added,
    }),
    price: decimal({
      title: 'Price',
      description: 'Its part of the price of the execution, in credits.',
      ...added,
    }),
    charged: decimal({
      title: 'Charged',
      description: 'What it has cost in the end, in credits. Absent until it has ended.',
      ...added,
    }),
    reused_from: uuid({
      title: 'Taken over from',
      description: 'The id of the component whose outputs it took over. Absent when it ran itself.',
      ...added,
    }),
    reuse_note: string({
      title: 'Reuse note',
      description:
        'Where the process asks for reuse: what was taken over, or why nothing was. Absent when it does not.',
      ...added,
    }),
    dispatched: listOf(Dispatched, {
      title: 'Dispatched',
      description: 'What was sent where. Absent when nothing was.',
      ...added,
    }),
    ...waiting,
    ...reasons,
  },
);
export type ProcessServiceExecution = ModelValue<typeof ProcessServiceExecution>;
