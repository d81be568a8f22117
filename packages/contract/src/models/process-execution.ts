import { z } from 'zod';

import { boolean, datetime, integer, listOf, string, uuid } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';

export const ProcessExecution = model('ProcessExecution', 'Process execution', 'TBD', {
  id: uuid({ title: 'Id', description: 'TBD', readOnly: true }),
  created_at: datetime({ title: 'Created at', description: 'TBD', readOnly: true }),
  updated_at: datetime({ title: 'Updated at', description: 'TBD', readOnly: true }),
  organisation_id: uuid({ title: 'Organisation id', description: 'TBD', readOnly: true }),
  process_id: uuid({ title: 'Process id', description: 'TBD', readOnly: true }),
  group_id: uuid({ title: 'Group id', description: 'TBD', nullable: true, readOnly: true }),
  group_index: integer({ title: 'Group index', description: 'TBD', nullable: true, readOnly: true }),
  group_count: integer({ title: 'Group count', description: 'TBD', nullable: true, readOnly: true }),
  options: listOf(
    z.object({
      ssd_id: uuid({ title: 'Ssd id', description: 'TBD' }),
      name: string({ title: 'Name', description: 'TBD' }),
      value: string({ title: 'Value', description: 'TBD', nullable: true }),
      required: boolean({ title: 'Required', description: 'TBD' }),
      data_type: string({ title: 'Data type', description: 'TBD' }),
      validation: string({ title: 'Validation', description: 'TBD', nullable: true }),
      mutually_exclusive: string({ title: 'Mutually exclusive', description: 'TBD', nullable: true }),
      advanced: boolean({ title: 'Advanced', description: 'TBD', nullable: true }),
      title: string({ title: 'Title', description: 'TBD', nullable: true }),
      description: string({ title: 'Description', description: 'TBD', nullable: true }),
    }),
    { title: 'Options', description: 'TBD', nullable: true },
  ),
  chains: listOf(
    z.object({
      ssd_id: uuid({ title: 'Ssd id', description: 'TBD' }),
      service_id: uuid({ title: 'Service id', description: 'TBD' }),
      inputs: listOf(z.array(z.guid().nullable()).nullable(), {
        title: 'Inputs',
        description: 'TBD',
        nullable: true,
      }),
      outputs: listOf(z.guid(), { title: 'Outputs', description: 'TBD', nullable: true }),
      options: listOf(
        z.object({
          name: string({ title: 'Name', description: 'TBD' }),
          value: string({ title: 'Value', description: 'TBD', nullable: true }),
          data_type: string({ title: 'Data type', description: 'TBD' }),
          validation: string({ title: 'Validation', description: 'TBD', nullable: true }),
        }),
        { title: 'Options', description: 'TBD', nullable: true },
      ),
      intermediate: boolean({ title: 'Intermediate', description: 'TBD', nullable: true }),
    }),
    { title: 'Chains', description: 'TBD', nullable: true },
  ),
  started_at: datetime({ title: 'Started at', description: 'TBD', readOnly: true }),
  ended_at: datetime({ title: 'Ended at', description: 'TBD', nullable: true, readOnly: true }),
  stopped: boolean({ title: 'Stopped', description: 'TBD', readOnly: true }),
  abort: boolean({ title: 'Abort', description: 'TBD', readOnly: true }),
  abort_reason: string({ title: 'Abort reason', description: 'TBD', nullable: true, readOnly: true }),
  exit_type: string({ title: 'Exit type', description: 'TBD', nullable: true, readOnly: true }),
  success: boolean({ title: 'Success', description: 'TBD', readOnly: true }),
  progress: integer({ title: 'Progress', description: 'TBD', readOnly: true }),
  delete_expiry: datetime({ title: 'Delete expiry', description: 'TBD' }),
  delete_warning_status: string({ title: 'Delete warning status', description: 'TBD', readOnly: true }),
  deletable: string({ title: 'Deletable', description: 'TBD', nullable: true, readOnly: true }),
  delete_protection: boolean({
    title: 'Delete protection',
    description: 'TBD',
    nullable: true,
    readOnly: true,
  }),
});
export type ProcessExecution = ModelValue<typeof ProcessExecution>;
