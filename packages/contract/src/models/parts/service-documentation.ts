import * as z from 'zod';

import { listOf, string } from '../../fields/index.ts';

const text = (title: string, description: string) => string({ title, description });
const each = (title: string, of: string) =>
  listOf(z.string(), {
    title,
    description: `What there is to say of each ${of}, in order (Markdown). Absent when there is nothing.`,
    nullable: true,
  });

/** What people can read about a service, in Markdown. */
export const serviceDocumentation = {
  documentation_summary: text('Summary', 'What the service does, in a sentence.'),
  documentation_description: text('Documentation', 'What the service does, in full (Markdown).'),
  documentation_assumptions: text('Assumptions', 'What it takes for granted (Markdown).'),
  documentation_performance: text('Performance', 'How good and how fast it is (Markdown).'),
  documentation_actions: text('Actions', 'What can be done with its results (Markdown).'),
  documentation_inputs: each('Inputs', 'input'),
  documentation_outputs: each('Outputs', 'output'),
  documentation_options: each('Options', 'option'),
};
