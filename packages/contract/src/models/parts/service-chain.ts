import * as z from 'zod';

import { integer, listOf, string, uuid } from '../../fields/index.ts';

const Linkage = z.object({
  ssd_id: uuid({ title: 'SSD', description: 'The SSD that takes the output.' }),
  input: integer({ title: 'Input', description: 'The number, from 1, of its input that takes it.' }),
});

const AggregatorOption = z.object({
  ssd_id: uuid({ title: 'SSD', description: 'The SSD that the option belongs to.' }),
  name: string({ title: 'Name', description: 'The name of the option.' }),
  value: string({ title: 'Value', description: 'The value that it is given, as text.' }),
});

/** How a service is made up of others. */
export const serviceChain = {
  definition: listOf(
    z.object({
      ssd_id: uuid({ title: 'SSD', description: 'The SSD that makes the output.' }),
      output: integer({ title: 'Output', description: 'The number of the output, from 1.' }),
      linkages: listOf(Linkage, { title: 'Linkages', description: 'Where the output goes.' }),
    }),
    {
      title: 'Chain',
      description: 'Which outputs feed which inputs of the chain. Absent when the service runs alone.',
      nullable: true,
    },
  ),
  group_aggregators: listOf(
    z.object({
      aggregator_ssd_id: uuid({ title: 'Aggregator', description: 'The SSD that puts the slices together.' }),
      output_ssd_id: uuid({ title: 'SSD', description: 'The SSD of the chain whose outputs it takes.' }),
      outputs: listOf(z.int(), { title: 'Outputs', description: 'The numbers, from 1, of those outputs.' }),
      options: listOf(AggregatorOption, {
        title: 'Options',
        description: 'The options that it is given. Null when it keeps its own.',
        nullable: true,
      }),
    }),
    {
      title: 'Aggregators',
      description: 'What puts the outputs of all slices together. Absent when they stay apart.',
      nullable: true,
    },
  ),
};
