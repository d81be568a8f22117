import { z } from 'zod';

import { boolean, datetime, decimal, email, integer, listOf, string, uuid } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';

export const Organisation = model('Organisation', 'Organisation', 'TBD', {
  id: uuid({ title: 'Id', description: 'TBD', readOnly: true }),
  created_at: datetime({ title: 'Created at', description: 'TBD', readOnly: true }),
  updated_at: datetime({ title: 'Updated at', description: 'TBD', readOnly: true }),
  name: string({ title: 'Name', description: 'TBD' }),
  address_line_1: string({ title: 'Address line 1', description: 'TBD' }),
  address_line_2: string({ title: 'Address line 2', description: 'TBD', nullable: true }),
  address_town_city: string({ title: 'Address town city', description: 'TBD' }),
  address_post_zip_code: string({ title: 'Address post zip code', description: 'TBD' }),
  address_country: string({ title: 'Address country', description: 'TBD' }),
  payment_customer: string({ title: 'Payment customer', description: 'TBD', nullable: true }),
  payment_valid: boolean({ title: 'Payment valid', description: 'TBD', nullable: true, readOnly: true }),
  income_customer: string({ title: 'Income customer', description: 'TBD', nullable: true }),
  income_valid: boolean({ title: 'Income valid', description: 'TBD', nullable: true, readOnly: true }),
  income_tax_rate: decimal({ title: 'Income tax rate', description: 'TBD', nullable: true }),
  income_tax_reference: string({ title: 'Income tax reference', description: 'TBD', nullable: true }),
  currency: string({ title: 'Currency', description: 'TBD', nullable: true }),
  users: listOf(
    z.object({
      id: uuid({ title: 'Id', description: 'TBD', nullable: true }),
      email: email({ title: 'Email', description: 'TBD', nullable: true }),
      roles: listOf(z.string(), { title: 'Roles', description: 'TBD' }),
    }),
    { title: 'Users', description: 'TBD', nullable: true, readOnly: true },
  ),
  agreed_licenses: listOf(z.guid(), {
    title: 'Agreed licenses',
    description: 'TBD',
    nullable: true,
    readOnly: true,
  }),
  offers: listOf(z.guid(), { title: 'Offers', description: 'TBD', nullable: true, readOnly: true }),
  maximum_output_storage_period: integer({
    title: 'Maximum output storage period',
    description: 'TBD',
    nullable: true,
    readOnly: true,
  }),
  maximum_file_downloads: integer({
    title: 'Maximum file downloads',
    description: 'TBD',
    nullable: true,
    readOnly: true,
  }),
});
export type Organisation = ModelValue<typeof Organisation>;
