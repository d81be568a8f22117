import { Service } from '../models/index.ts';
import { call, empty, flat, list, one } from './define.ts';

const tag = 'Services';
const path = '/organisations/{organisation_id}/services';
const item = `${path}/{service_id}` as const;
const filters = ['id', 'ssd_id', 'name', 'keywords'];

export const listLatestServices = call({
  tag,
  summary: 'List the services that can be run',
  description: 'The latest versions of those that the organisation may run. Dispatchers are not among them.',
  method: 'GET',
  path: `${path}/latest` as const,
  answer: list(Service, filters, true),
  errors: ['bad_request'],
});
export const listOwnServices = call({
  tag,
  summary: 'List the own services',
  description: 'Those of the organisation itself, approved or not.',
  method: 'GET',
  path,
  answer: list(Service, filters, true),
  errors: ['bad_request'],
});
export const listDispatchers = call({
  tag,
  summary: 'List the dispatchers',
  description: 'Services that send outputs somewhere: part of a process, never its base.',
  method: 'GET',
  path: `${path}/dispatchers` as const,
  answer: list(Service, filters, true),
  errors: ['bad_request'],
});
export const getService = call({
  tag,
  summary: 'Get a service',
  method: 'GET',
  path: item,
  answer: one(Service),
});
export const updateService = call({
  tag,
  summary: 'Change a service',
  method: 'PATCH',
  path: item,
  body: flat(Service),
  answer: one(Service),
  errors: ['forbidden'],
});
export const deleteService = call({
  tag,
  summary: 'Delete a service',
  method: 'DELETE',
  path: item,
  answer: empty,
  errors: ['conflict', 'forbidden'],
});
