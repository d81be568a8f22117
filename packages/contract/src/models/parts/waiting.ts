import { string } from '../../fields/index.ts';

const told = { nullable: true, readOnly: true, extension: true } as const;

/** What something waits for that has not begun, or whose components have all ended. */
export const waiting = {
  waiting_for: string({
    title: 'Waiting for',
    description:
      'What it waits for, in a word: credits, start_time, group, slices, component, slot, memory, node, queue, unschedulable, image, staging, retry, or (an execution before its end) analysis. Absent when it does not wait.',
    ...told,
  }),
  waiting_reason: string({
    title: 'Why it waits',
    description: 'The same in a sentence, for people. Absent when it does not wait.',
    ...told,
  }),
};
