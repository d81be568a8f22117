import { z } from 'zod';

import { boolean, datetime, integer, listOf, string, url, uuid } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';

export const Service = model('Service', 'Service', 'TBD', {
  id: uuid({ title: 'Id', description: 'TBD', readOnly: true }),
  created_at: datetime({ title: 'Created at', description: 'TBD', readOnly: true }),
  updated_at: datetime({ title: 'Updated at', description: 'TBD', readOnly: true }),
  organisation_id: uuid({ title: 'Organisation id', description: 'TBD', readOnly: true }),
  ssd_id: uuid({ title: 'Ssd id', description: 'TBD' }),
  version: integer({ title: 'Version', description: 'TBD', readOnly: true }),
  approval_status: string({ title: 'Approval status', description: 'TBD', readOnly: true }),
  featured: string({ title: 'Featured', description: 'TBD', nullable: true }),
  show_in_latest: boolean({ title: 'Show in latest', description: 'TBD', nullable: true }),
  name: string({ title: 'Name', description: 'TBD' }),
  categories: listOf(z.string(), { title: 'Categories', description: 'TBD' }),
  keywords: listOf(z.string(), { title: 'Keywords', description: 'TBD' }),
  image_id: uuid({ title: 'Image id', description: 'TBD' }),
  definition: listOf(
    z.object({
      ssd_id: uuid({ title: 'Ssd id', description: 'TBD' }),
      output: integer({ title: 'Output', description: 'TBD' }),
      linkages: listOf(
        z.object({
          ssd_id: uuid({ title: 'Ssd id', description: 'TBD' }),
          input: integer({ title: 'Input', description: 'TBD' }),
        }),
        { title: 'Linkages', description: 'TBD' },
      ),
    }),
    { title: 'Definition', description: 'TBD', nullable: true },
  ),
  group_aggregators: listOf(
    z.object({
      aggregator_ssd_id: uuid({ title: 'Aggregator ssd id', description: 'TBD' }),
      output_ssd_id: uuid({ title: 'Output ssd id', description: 'TBD' }),
      outputs: listOf(z.int(), { title: 'Outputs', description: 'TBD' }),
      options: listOf(
        z.object({
          ssd_id: uuid({ title: 'Ssd id', description: 'TBD' }),
          name: string({ title: 'Name', description: 'TBD' }),
          value: string({ title: 'Value', description: 'TBD' }),
        }),
        { title: 'Options', description: 'TBD', nullable: true },
      ),
    }),
    { title: 'Group aggregators', description: 'TBD', nullable: true },
  ),
  actions: listOf(
    z.object({
      name: string({ title: 'Name', description: 'TBD' }),
      values: listOf(
        z.object({
          name: string({ title: 'Name', description: 'TBD' }),
          required: boolean({ title: 'Required', description: 'TBD' }),
          data_type: string({ title: 'Data type', description: 'TBD' }),
          default: string({ title: 'Default', description: 'TBD', nullable: true }),
          validation: string({ title: 'Validation', description: 'TBD', nullable: true }),
          constant: boolean({ title: 'Constant', description: 'TBD', nullable: true }),
          ssd_id: uuid({ title: 'Ssd id', description: 'TBD', nullable: true }),
          output: integer({ title: 'Output', description: 'TBD', nullable: true }),
          selector: string({ title: 'Selector', description: 'TBD', nullable: true }),
          expression: string({ title: 'Expression', description: 'TBD', nullable: true }),
          value: string({ title: 'Value', description: 'TBD', nullable: true }),
          url: url({ title: 'Url', description: 'TBD', nullable: true }),
          advanced: boolean({ title: 'Advanced', description: 'TBD', nullable: true }),
          title: string({ title: 'Title', description: 'TBD', nullable: true }),
          description: string({ title: 'Description', description: 'TBD', nullable: true }),
        }),
        { title: 'Values', description: 'TBD' },
      ),
      url: url({ title: 'Url', description: 'TBD', nullable: true }),
      title: string({ title: 'Title', description: 'TBD', nullable: true }),
      description: string({ title: 'Description', description: 'TBD', nullable: true }),
    }),
    { title: 'Actions', description: 'TBD', nullable: true },
  ),
  urls: listOf(z.url(), { title: 'Urls', description: 'TBD', nullable: true }),
  cidrs: listOf(z.string(), { title: 'Cidrs', description: 'TBD', nullable: true }),
  input_expressions: listOf(
    z.object({
      lhs_ssd_id: uuid({ title: 'Lhs ssd id', description: 'TBD' }),
      lhs_input: integer({ title: 'Lhs input', description: 'TBD' }),
      expression: string({ title: 'Expression', description: 'TBD' }),
      rhs_ssd_id: uuid({ title: 'Rhs ssd id', description: 'TBD' }),
      rhs_input: integer({ title: 'Rhs input', description: 'TBD' }),
    }),
    { title: 'Input expressions', description: 'TBD', nullable: true },
  ),
  input_validations: listOf(
    z.object({
      expression: string({ title: 'Expression', description: 'TBD' }),
      message: string({ title: 'Message', description: 'TBD' }),
    }),
    { title: 'Input validations', description: 'TBD', nullable: true },
  ),
  option_expressions: listOf(
    z.object({
      lhs_ssd_id: uuid({ title: 'Lhs ssd id', description: 'TBD' }),
      lhs_name: string({ title: 'Lhs name', description: 'TBD' }),
      expression: string({ title: 'Expression', description: 'TBD' }),
    }),
    { title: 'Option expressions', description: 'TBD', nullable: true },
  ),
  option_validations: listOf(
    z.object({
      expression: string({ title: 'Expression', description: 'TBD' }),
      message: string({ title: 'Message', description: 'TBD' }),
    }),
    { title: 'Option validations', description: 'TBD', nullable: true },
  ),
  license_id: uuid({ title: 'License id', description: 'TBD' }),
  charge_expression_platform: string({
    title: 'Charge expression platform',
    description: 'TBD',
    nullable: true,
  }),
  charge_expression_owner: string({ title: 'Charge expression owner', description: 'TBD', nullable: true }),
  organisations: listOf(z.guid(), { title: 'Organisations', description: 'TBD', nullable: true }),
  organisation_charge_expressions: listOf(
    z.object({
      id: uuid({ title: 'Id', description: 'TBD' }),
      platform: string({ title: 'Platform', description: 'TBD', nullable: true }),
      owner: string({ title: 'Owner', description: 'TBD', nullable: true }),
    }),
    { title: 'Organisation charge expressions', description: 'TBD', nullable: true },
  ),
  geographic_regions: listOf(z.string(), { title: 'Geographic regions', description: 'TBD', nullable: true }),
  documentation_summary: string({ title: 'Documentation summary', description: 'TBD' }),
  documentation_description: string({ title: 'Documentation description', description: 'TBD' }),
  documentation_assumptions: string({ title: 'Documentation assumptions', description: 'TBD' }),
  documentation_performance: string({ title: 'Documentation performance', description: 'TBD' }),
  documentation_actions: string({ title: 'Documentation actions', description: 'TBD' }),
  documentation_inputs: listOf(z.string(), {
    title: 'Documentation inputs',
    description: 'TBD',
    nullable: true,
  }),
  documentation_outputs: listOf(z.string(), {
    title: 'Documentation outputs',
    description: 'TBD',
    nullable: true,
  }),
  documentation_options: listOf(z.string(), {
    title: 'Documentation options',
    description: 'TBD',
    nullable: true,
  }),
});
export type Service = ModelValue<typeof Service>;
