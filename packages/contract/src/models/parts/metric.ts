import * as z from 'zod';

import { datetime, integer, string } from '../../fields/index.ts';

const bytes = (title: string, what: string) =>
  integer({ title, description: `${what}, in bytes. Null when it could not be measured.`, nullable: true });

/** What a component used at one moment. Of transfers each sample has the part since the one before, so that they add up. */
export const Metric = z
  .object({
    date: datetime({ title: 'Date', description: 'When it was measured.', nullable: true }),
    memory_total_bytes: bytes('Memory', 'The memory that the component may use'),
    memory_free_bytes: bytes(
      'Free memory',
      'The memory that its processes do not hold; cache of files is free',
    ),
    swap_total_bytes: bytes('Swap space', 'The swap space that the component may use'),
    swap_free_bytes: bytes('Free swap space', 'The swap space not in use'),
    tmp_total_bytes: bytes('Temporary space', 'The temporary space that the component may use'),
    tmp_free_bytes: bytes('Free temporary space', 'The temporary space not in use'),
    tmp_used_bytes: bytes('Used temporary space', 'The temporary space in use'),
    scratch_total_bytes: bytes('Scratch space', 'The scratch space that the component may use'),
    scratch_free_bytes: bytes('Free scratch space', 'The scratch space not in use'),
    scratch_used_bytes: bytes('Used scratch space', 'The scratch space in use'),
    s3_transfer_bytes: bytes('From S3', 'What was read from Amazon S3 since the sample before'),
    gcs_transfer_bytes: bytes(
      'From Google',
      'What was read from Google Cloud Storage since the sample before',
    ),
    external_transfer_bytes: bytes(
      'From elsewhere',
      'What was read from other places outside since the sample before',
    ),
    internal_transfer_bytes: bytes(
      'From within',
      'What was read from the platform itself since the sample before',
    ),
    comment: string({
      title: 'Comment',
      description: 'What the service said it was doing. Null when it said nothing.',
      nullable: true,
    }),
  })
  .meta({ id: 'Metric', title: 'Metrics' });
