import * as z from 'zod';

import { boolean, listOf, string, uuid } from '../../fields/index.ts';

const dataType = string({
  title: 'Data type',
  description: 'One of numeric, currency, boolean, datetime, string and constrained.',
});
const validation = string({
  title: 'Validation',
  description:
    'The values that are taken, as `key=value` pairs parted by semicolons, e.g. `min=1;max=100`. Null when any value of the type is.',
  nullable: true,
});
const value = string({
  title: 'Value',
  description:
    'The value as text (`true`, `5`, a date in the format of the validation). Null when none is set.',
  nullable: true,
});

/** An option as it was set for one run. */
export const optionOfRun = {
  ssd_id: uuid({ title: 'SSD', description: 'The SSD of the chain that the option belongs to.' }),
  name: string({
    title: 'Name',
    description: 'The name by which the service and expressions know the option.',
  }),
  value,
  required: boolean({ title: 'Required', description: 'Whether a value must be set.' }),
  data_type: dataType,
  validation,
  mutually_exclusive: string({
    title: 'Mutually exclusive',
    description:
      'Another option and its value, e.g. `latest_date=true`: while it has that value, this option plays no part and can be hidden.',
    nullable: true,
  }),
  advanced: boolean({
    title: 'Advanced',
    description: 'Whether the option can stay out of sight until somebody asks for more.',
    nullable: true,
  }),
  title: string({
    title: 'Title',
    description: 'What to call the option in front of people.',
    nullable: true,
  }),
  description: string({ title: 'Description', description: 'What the option does.', nullable: true }),
};

/** An option that can still be set. */
export const Option = z
  .object({
    ...optionOfRun,
    constrained_names: listOf(z.string(), {
      title: 'Names of the choices',
      description:
        'For a constrained option, what to call each choice, in the order of `constrained_values`. Null for other types.',
      nullable: true,
    }),
    constrained_values: listOf(z.string(), {
      title: 'Choices',
      description: 'For a constrained option, the values it can have. Null for other types.',
      nullable: true,
    }),
  })
  .meta({ id: 'Option', title: 'Option' });

/** An option as a link of a chain and a component carry it. */
export const ChainOption = z
  .object({
    name: string({ title: 'Name', description: 'The name of the option.' }),
    value,
    data_type: dataType,
    validation,
  })
  .meta({ id: 'ChainOption', title: 'Option of a chain' });
