import { Credit, Organisation } from '../models/index.ts';
import { call, empty, flat, one } from './define.ts';

const tag = 'Organisations';
const path = '/organisations/{organisation_id}';

export const getOrganisation = call({
  tag,
  summary: 'Get an organisation',
  method: 'GET',
  path,
  answer: one(Organisation),
});
export const updateOrganisation = call({
  tag,
  summary: 'Change an organisation',
  method: 'PATCH',
  path,
  body: flat(Organisation),
  answer: one(Organisation),
  errors: ['forbidden'],
});
export const deleteOrganisation = call({
  tag,
  summary: 'Delete an organisation',
  method: 'DELETE',
  path,
  answer: empty,
  errors: ['conflict', 'forbidden'],
});
export const getCredit = call({
  tag,
  summary: 'Get the credits',
  description: 'The id of the credits is that of the organisation.',
  method: 'GET',
  path: `${path}/credits/{credit_id}` as const,
  answer: one(Credit),
});
