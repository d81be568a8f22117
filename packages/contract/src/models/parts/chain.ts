import { boolean, listOf, uuid } from '../../fields/index.ts';
import * as z from 'zod';
import { ChainOption } from './option.ts';

/** The fields that open a link of a chain. */
export const chainStart = {
  ssd_id: uuid({ title: 'SSD', description: 'The SSD that runs at this place of the chain.' }),
  service_id: uuid({ title: 'Service', description: 'The version of that SSD which runs.' }),
};

/** The fields that close a link of a chain. */
export const chainEnd = {
  outputs: listOf(z.guid(), {
    title: 'Outputs',
    description: 'The data items that it makes, in the order of its outputs.',
    nullable: true,
  }),
  options: listOf(ChainOption, {
    title: 'Options',
    description: 'The options that it runs with.',
    nullable: true,
  }),
  intermediate: boolean({
    title: 'Intermediate',
    description: 'Whether its outputs only feed later links, and so are no result of the process.',
    nullable: true,
  }),
};
