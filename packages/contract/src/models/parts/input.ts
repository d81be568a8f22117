import * as z from 'zod';

import { boolean, integer, listOf, string, uuid } from '../../fields/index.ts';

/** What an input needs its data to hold. */
const InputSelector = z.object({
  selector: string({ title: 'Selector', description: 'The name of the band, column or geometry.' }),
  category: string({ title: 'Category', description: 'What the selector stands for, e.g. elevation.' }),
  data_type: string({
    title: 'Data type',
    description: 'The type of its values: one of the data types of options.',
  }),
  unit: string({
    title: 'Unit',
    description: 'The unit of its values. Null when any will do.',
    nullable: true,
  }),
  validation: string({
    title: 'Validation',
    description: 'The values that are taken, in the form of the validation of an option.',
    nullable: true,
  }),
});

/** An input of a process. */
export const Input = z
  .object({
    ssd_id: uuid({ title: 'SSD', description: 'The SSD of the chain that the input belongs to.' }),
    input: integer({ title: 'Number', description: 'The number of the input, from 1.' }),
    file_type: string({
      title: 'File type',
      description: 'The file type that it takes; GeoTIFF and GeoJSON stand for their like as well.',
    }),
    resolution: integer({
      title: 'Resolution',
      description: 'The coarsest resolution that it takes, in metres. Null when any will do.',
      nullable: true,
    }),
    selectors: listOf(InputSelector, {
      title: 'Selectors',
      description: 'The bands, columns or geometries that the data must hold. Null when none are needed.',
      nullable: true,
    }),
    id: uuid({
      title: 'Data',
      description:
        'The id of the data item. Absent in a template, until one is chosen, and where the service sets it from another input.',
    }),
    model: string({ title: 'Model', description: 'The model that the id is of: Data.' }),
    change_trigger: boolean({
      title: 'Runs on change',
      description: 'Whether a change of the data makes the process run.',
    }),
    change_hash: string({
      title: 'State',
      description:
        'A mark of the data as it was at the last run, by which a change is seen. Null before the first.',
      nullable: true,
    }),
    title: string({
      title: 'Title',
      description: 'What to call the input in front of people.',
      nullable: true,
    }),
    description: string({ title: 'Description', description: 'What the input is for.', nullable: true }),
    name: string({
      title: 'Name of the data',
      description: 'The name of the data item. Null until one is chosen.',
      nullable: true,
    }),
  })
  .meta({ id: 'Input', title: 'Input' });
