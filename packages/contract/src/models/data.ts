import { z } from 'zod';

import { boolean, datetime, listOf, string, uuid } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';

export const Data = model('Data', 'Data', 'TBD', {
  id: uuid({ title: 'Id', description: 'TBD', readOnly: true }),
  created_at: datetime({ title: 'Created at', description: 'TBD', readOnly: true }),
  updated_at: datetime({ title: 'Updated at', description: 'TBD', readOnly: true }),
  organisation_id: uuid({ title: 'Organisation id', description: 'TBD', readOnly: true }),
  name: string({ title: 'Name', description: 'TBD' }),
  unlinked: string({ title: 'Unlinked', description: 'TBD', nullable: true, readOnly: true }),
  unfulfilled: boolean({ title: 'Unfulfilled', description: 'TBD', nullable: true, readOnly: true }),
  bounds: listOf(z.number(), { title: 'Bounds', description: 'TBD', nullable: true, readOnly: true }),
  file_with_preview: uuid({ title: 'File with preview', description: 'TBD', nullable: true, readOnly: true }),
  uploaded_organisation_id: uuid({
    title: 'Uploaded organisation id',
    description: 'TBD',
    nullable: true,
    readOnly: true,
  }),
  deletable: string({ title: 'Deletable', description: 'TBD', nullable: true, readOnly: true }),
});
export type Data = ModelValue<typeof Data>;
