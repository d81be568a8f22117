import { boolean, integer, string, urlTemplate, uuid } from '../../fields/index.ts';

/** How a value of an action is known; `data_id` of a component comes between `beforeData` and `afterData`. */
export const beforeData = {
  name: string({
    title: 'Name',
    description: 'The name by which later expressions and the call know the value.',
  }),
  required: boolean({ title: 'Required', description: 'Whether the action needs the value.' }),
  data_type: string({
    title: 'Data type',
    description: 'One of numeric, currency, boolean, datetime, string and constrained.',
  }),
  default: string({
    title: 'Default',
    description: 'What the value is unless the user gives another.',
    nullable: true,
  }),
  validation: string({
    title: 'Validation',
    description: 'What a user may give, in the form of the validation of an option.',
    nullable: true,
  }),
  constant: boolean({
    title: 'Constant',
    description: 'Whether `value` holds it once and for all.',
    nullable: true,
  }),
  ssd_id: uuid({
    title: 'SSD',
    description: 'The SSD whose output holds the selector that is the value.',
    nullable: true,
  }),
  output: integer({
    title: 'Output',
    description: 'The number, from 1, of the output that holds the selector.',
    nullable: true,
  }),
  selector: string({
    title: 'Selector',
    description: 'The band, column or geometry of that output which is the value.',
    nullable: true,
  }),
};

export const afterData = {
  expression: string({
    title: 'Expression',
    description:
      'An expression in Python’s syntax over the values before this one, of which it is the result.',
    nullable: true,
  }),
  value: string({
    title: 'Value',
    description: 'The value itself, as text, once it is known.',
    nullable: true,
  }),
  url: urlTemplate({ title: 'Address', description: 'Where the value is fetched from.', nullable: true }),
  advanced: boolean({
    title: 'Advanced',
    description: 'Whether the value can stay out of sight until somebody asks for more.',
    nullable: true,
  }),
  title: string({
    title: 'Title',
    description: 'What to call the value in front of people.',
    nullable: true,
  }),
  description: string({ title: 'Description', description: 'What the value means.', nullable: true }),
};

export const actionName = string({ title: 'Name', description: 'The name of the action.' });
export const valuesOfAction = {
  title: 'Values',
  description: 'What the call is made with. Each may build on those before it.',
} as const;
export const actionEnd = {
  url: urlTemplate({
    title: 'Address',
    description: 'What is called, with the values as its parameters.',
    nullable: true,
  }),
  title: string({
    title: 'Title',
    description: 'What to call the action in front of people.',
    nullable: true,
  }),
  description: string({ title: 'Description', description: 'What the action gives.', nullable: true }),
};
