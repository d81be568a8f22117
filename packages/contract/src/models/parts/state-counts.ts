import * as z from 'zod';

import { integer } from '../../fields/index.ts';

const count = (title: string, description: string) => integer({ title, description, readOnly: true });

/** How many executions stand how. */
export const StateCounts = z
  .object({
    waiting: count('Waiting', 'How many have not begun.'),
    running: count('Running', 'How many run.'),
    succeeded: count('Succeeded', 'How many have ended well.'),
    failed: count('Failed', 'How many have ended badly.'),
    stopped: count('Stopped', 'How many a user has stopped.'),
  })
  .meta({ id: 'StateCounts', title: 'Executions by state' });
