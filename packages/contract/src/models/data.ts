import * as z from 'zod';

import { boolean, listOf, string, uuid } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';
import { owner, stamps } from './parts/index.ts';

/** A data item: one or more files of one type. */
export const Data = model(
  'Data',
  'Data',
  'One or more files of one type that a process takes or has made: uploaded, or the output of an execution.',
  {
    ...stamps('data item'),
    organisation_id: owner('data item'),
    name: string({ title: 'Name', description: 'What the data item is called.' }),
    unlinked: string({
      title: 'Unlinked',
      description: 'The word `unlinked` when no process uses the data item. Absent when one does.',
      nullable: true,
      readOnly: true,
    }),
    unfulfilled: boolean({
      title: 'Unfulfilled',
      description: 'True while the data item still waits for the execution that is to fill it.',
      nullable: true,
      readOnly: true,
    }),
    bounds: listOf(z.number(), {
      title: 'Bounds',
      description:
        'West, south, east and north of all its files, in degrees (CRS84). Absent when no file has a place on Earth.',
      nullable: true,
      readOnly: true,
    }),
    file_with_preview: uuid({
      title: 'File with preview',
      description: 'The id of a file that has a preview image. Absent when none has.',
      nullable: true,
      readOnly: true,
    }),
    uploaded_organisation_id: uuid({
      title: 'Uploaded by',
      description: 'The id of the organisation that uploaded the data. Absent when an execution made it.',
      nullable: true,
      readOnly: true,
    }),
    deletable: string({
      title: 'Deletable',
      description: 'The word `deletable` when the data item can be deleted. Absent when it cannot.',
      nullable: true,
      readOnly: true,
    }),
  },
);
export type Data = ModelValue<typeof Data>;
