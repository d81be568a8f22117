import * as z from 'zod';

import { boolean, decimal, email, field, integer, listOf, string, uuid } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';
import { stamps } from './parts/index.ts';

const kept = { nullable: true, readOnly: true } as const;

const Member = z.object({
  id: uuid({
    title: 'Id',
    description: 'The id of the user. Null for someone invited who has no account yet.',
    nullable: true,
  }),
  email: email({ title: 'E-mail address', description: 'The address of the user.', nullable: true }),
  roles: field(z.array(z.string()).default([]), {
    title: 'Roles',
    description:
      'What the user may do: view_processing_chains, create_and_execute_processing_chains, audit_ssds, create_ssds, manage_organisation.',
  }),
});

/** An organisation. */
export const Organisation = model(
  'Organisation',
  'Organisation',
  'Who owns data, processes, executions and credits. Users belong to one or more organisations.',
  {
    ...stamps('organisation'),
    name: string({ title: 'Name', description: 'The name of the organisation.' }),
    address_line_1: string({ title: 'Address', description: 'The first line of the postal address.' }),
    address_line_2: string({
      title: 'Address, second line',
      description: 'The second line of the postal address.',
      nullable: true,
    }),
    address_town_city: string({ title: 'Town or city', description: 'The town or city of the address.' }),
    address_post_zip_code: string({ title: 'Postcode', description: 'The postcode of the address.' }),
    address_country: string({ title: 'Country', description: 'The country of the address.' }),
    payment_customer: string({
      title: 'Payer',
      description: 'How the payment provider knows the organisation when it pays. Absent when it does not.',
      nullable: true,
    }),
    payment_valid: boolean({
      title: 'Can pay',
      description: 'Whether the payment provider accepts payments from it.',
      ...kept,
    }),
    income_customer: string({
      title: 'Payee',
      description: 'How the payment provider knows the organisation when it is paid for its services.',
      nullable: true,
    }),
    income_valid: boolean({
      title: 'Can be paid',
      description: 'Whether the payment provider can pay it.',
      ...kept,
    }),
    income_tax_rate: decimal({
      title: 'Tax rate',
      description: 'The rate of tax on what it earns, in per cent.',
      nullable: true,
    }),
    income_tax_reference: string({
      title: 'Tax reference',
      description: 'Its reference at the tax office.',
      nullable: true,
    }),
    currency: string({
      title: 'Currency',
      description: 'The currency of its payments, by its three letters (ISO 4217).',
      nullable: true,
    }),
    users: listOf(Member, { title: 'Users', description: 'Its users, with their roles.', ...kept }),
    agreed_licenses: listOf(z.guid(), {
      title: 'Agreed licences',
      description: 'The ids of the licences that it has agreed to.',
      ...kept,
    }),
    offers: listOf(z.guid(), {
      title: 'Offers',
      description: 'The ids of the offers it has taken up.',
      ...kept,
    }),
    maximum_output_storage_period: integer({
      title: 'Longest output storage',
      description: 'For how many days at most outputs are kept. Absent when there is no limit.',
      ...kept,
    }),
    maximum_file_downloads: integer({
      title: 'Most downloads of a file',
      description: 'How often one file can be downloaded at most. Absent when there is no limit.',
      ...kept,
    }),
  },
);
export type Organisation = ModelValue<typeof Organisation>;
