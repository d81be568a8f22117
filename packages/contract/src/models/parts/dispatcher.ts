import * as z from 'zod';

import { boolean, listOf, string, uuid } from '../../fields/index.ts';
import { Option } from './option.ts';

/** A dispatcher of a process, with how it is set. */
export const Dispatcher = z
  .object({
    ssd_id: uuid({ title: 'SSD', description: 'The SSD of the dispatcher.' }),
    name: string({
      title: 'Name',
      description: 'The name of the dispatcher, e.g. that of where it sends to.',
    }),
    dispatch_intermediate: boolean({
      title: 'Intermediate too',
      description: 'Whether the outputs of intermediate components are sent as well.',
      nullable: true,
    }),
    documentation_summary: string({
      title: 'Summary',
      description: 'What the dispatcher does, in a sentence.',
      nullable: true,
    }),
    documentation_description: string({
      title: 'Documentation',
      description: 'What the dispatcher does, in full (Markdown).',
      nullable: true,
    }),
    options: listOf(Option, {
      title: 'Options',
      description: 'How the dispatcher is set: where to send, and what it needs to do so.',
      nullable: true,
      hidden: true,
    }),
  })
  .meta({ id: 'Dispatcher', title: 'Dispatcher' });
