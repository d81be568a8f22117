import * as z from 'zod';

import { dataTypes, fileTypes } from '../constants.ts';
import { Action } from './actions.ts';
import { pythonName } from './python-name.ts';

const text = z.string().nullable().default(null);
const texts = z.array(z.string()).default([]);
const fileType = z.enum(fileTypes);
const number = z.int().min(1);

const Selector = z.strictObject({
  selector: z.string(),
  category: z.string().default(''),
  data_type: z.string().default(''),
  unit: text,
  validation: text,
});

const Input = z.strictObject({
  number,
  file_type: fileType,
  title: text,
  description: text,
  resolution: z.int().nullable().default(null),
  selectors: z.array(Selector).nullable().default(null),
});

const Output = z.strictObject({
  number,
  name: z.string(),
  file_type: fileType,
  title: text,
  description: text,
  selectors: z.array(Selector).nullable().default(null),
  /** An expression over the options: where it does not hold, the output is none of the component's. */
  when: text,
  /** A component may end well without a file in it. */
  optional: z.boolean().default(false),
});

const Option = z.strictObject({
  name: pythonName,
  data_type: z.enum(dataTypes),
  value: z
    .union([z.string(), z.number().transform(String), z.boolean().transform(String)])
    .nullable()
    .default(null),
  required: z.boolean().default(false),
  validation: text,
  mutually_exclusive: text,
  advanced: z.boolean().default(false),
  title: text,
  description: text,
});

const Slicing = z.strictObject({
  /** A larger region is cut into slices of at most this. */
  maximum_area_km2: z.number().positive(),
});

const Aggregator = z.strictObject({
  aggregator_ssd_id: z.guid(),
  output_ssd_id: z.guid(),
  outputs: z.array(number).min(1),
  options: z
    .array(z.strictObject({ ssd_id: z.guid(), name: z.string(), value: z.string() }))
    .nullable()
    .default(null),
});

const Charges = z.strictObject({ id: z.guid(), platform: text, owner: text });

/** How often a component is tried again for a reason that is not its service's own refusal. */
const Retries = z
  .strictObject({
    lost: z.int().min(0).max(20).default(2),
    out_of_memory: z.int().min(0).max(10).default(1),
    transient: z.int().min(0).max(20).default(3),
  })
  .prefault({});

const Validation = z.strictObject({ expression: z.string(), message: z.string() });

const Documentation = z
  .strictObject({
    summary: z.string().default(''),
    description: z.string().default(''),
    assumptions: z.string().default(''),
    performance: z.string().default(''),
    actions: z.string().default(''),
    inputs: texts,
    outputs: texts,
    options: texts,
  })
  .prefault({});

/** service.yaml, word for word: a word that is not here is a slip, and what it was to say would be lost. */
export const ServiceFile = z.strictObject({
  name: z.string().min(1),
  ssd_id: z.guid(),
  version: z.int().min(1),
  id: z.guid().optional(),
  categories: texts,
  keywords: texts,
  published: z.boolean().default(true),
  dispatcher: z.boolean().default(false),
  component_name: z.string().optional(),
  /** Of a service with an image: in place of the image's own. */
  command: z.array(z.string()).min(1).nullable().default(null),
  image: z.string().min(1).nullable().default(null),
  inputs: z.array(Input).default([]),
  outputs: z.array(Output).default([]),
  options: z.array(Option).default([]),
  definition: z
    .array(
      z.strictObject({
        ssd_id: z.guid(),
        output: number,
        linkages: z.array(z.strictObject({ ssd_id: z.guid(), input: number })),
      }),
    )
    .default([]),
  actions: z.array(Action).default([]),
  slicing: Slicing.nullable().default(null),
  group_aggregators: z.array(Aggregator).default([]),
  retries: Retries,
  /** Of a dispatcher: when it sends. */
  condition: text,
  resources: z
    .strictObject({
      cpu: z.number().positive().default(1),
      memory_mb: z.number().positive().default(1024),
      storage_gb: z.number().positive().default(4),
      /** Wall-clock time of an attempt; without it there is no limit. */
      timeout_seconds: z.number().positive().nullable().default(null),
    })
    .prefault({}),
  urls: texts,
  cidrs: texts,
  environment: z
    .array(z.strictObject({ name: z.string().regex(/^[A-Z_][A-Z0-9_]*$/), default: text, description: text }))
    .default([]),
  option_validations: z.array(Validation).default([]),
  input_validations: z.array(Validation).default([]),
  option_expressions: z
    .array(z.strictObject({ lhs_ssd_id: z.guid(), lhs_name: z.string(), expression: z.string() }))
    .default([]),
  input_expressions: z
    .array(
      z.strictObject({
        lhs_ssd_id: z.guid(),
        lhs_input: number,
        expression: z.string(),
        rhs_ssd_id: z.guid(),
        rhs_input: number,
      }),
    )
    .default([]),
  charge_expression_platform: text,
  charge_expression_owner: text,
  organisations: z.array(z.guid()).nullable().default(null),
  organisation_charge_expressions: z.array(Charges).default([]),
  documentation: Documentation,
});
export type ServiceFile = z.output<typeof ServiceFile>;
