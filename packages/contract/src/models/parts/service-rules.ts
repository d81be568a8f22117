import * as z from 'zod';

import { integer, listOf, string, uuid } from '../../fields/index.ts';

const Validation = z.object({
  expression: string({ title: 'Expression', description: 'What must hold, in Python’s syntax.' }),
  message: string({ title: 'Message', description: 'What a user is told when it does not.' }),
});

/** The expressions, in Python's syntax, over the options and inputs of a chain. */
export const serviceRules = {
  input_expressions: listOf(
    z.object({
      lhs_ssd_id: uuid({ title: 'SSD', description: 'The SSD whose input is set.' }),
      lhs_input: integer({ title: 'Input', description: 'The number, from 1, of the input that is set.' }),
      expression: string({
        title: 'Expression',
        description: 'When the input is set so, in Python’s syntax.',
      }),
      rhs_ssd_id: uuid({ title: 'From SSD', description: 'The SSD whose input it is taken from.' }),
      rhs_input: integer({
        title: 'From input',
        description: 'The number, from 1, of the input it is taken from.',
      }),
    }),
    {
      title: 'Input expressions',
      description: 'Inputs that are set from other inputs. Absent when there are none.',
      nullable: true,
    },
  ),
  input_validations: listOf(Validation, {
    title: 'Input validations',
    description: 'What must hold of the inputs. Absent when anything does.',
    nullable: true,
  }),
  option_expressions: listOf(
    z.object({
      lhs_ssd_id: uuid({ title: 'SSD', description: 'The SSD whose option is set.' }),
      lhs_name: string({ title: 'Option', description: 'The name of the option that is set.' }),
      expression: string({ title: 'Expression', description: 'What it is set to, in Python’s syntax.' }),
    }),
    {
      title: 'Option expressions',
      description: 'Options that are worked out from others. Absent when there are none.',
      nullable: true,
    },
  ),
  option_validations: listOf(Validation, {
    title: 'Option validations',
    description: 'What must hold of the options together. Absent when anything does.',
    nullable: true,
  }),
};
