import * as z from 'zod';

import { listOf, string } from '../../fields/index.ts';

const Evidence = z.object({
  name: string({ title: 'Name', description: 'What it is, e.g. limit.' }),
  value: string({ title: 'Value', description: 'The number, id, time or text.' }),
  unit: string({
    title: 'Unit',
    description: 'One of credits, count, MB (of 1,048,576 bytes), GB, bytes, s, code, time, id and text.',
  }),
});

const ReasonPart = z.object({
  code: string({ title: 'Code', description: 'The code of the reason, e.g. out_of_memory.' }),
  kind: string({
    title: 'Kind',
    description: 'One of waiting, failing, trying_again, not_reused and stopped.',
  }),
  sentence: string({ title: 'Sentence', description: 'The reason for people.' }),
  evidence: listOf(Evidence, {
    title: 'Evidence',
    description: 'The numbers, ids and times behind it, with their units.',
  }),
  next_whose: string({
    title: 'Whose move',
    description: 'Who acts next: one of user, operator and platform.',
  }),
  next_move: string({ title: 'Next move', description: 'What they do.' }),
});

export const reasons = {
  reasons: listOf(ReasonPart, {
    title: 'Reasons',
    description:
      'Why it waits, failed, was tried again, was not reused or was stopped. Absent when nothing of it.',
    nullable: true,
    readOnly: true,
    extension: true,
  }),
};
