import { z } from 'zod';

import { Data, DataFile } from '../models/index.ts';
import { call, empty, flat, list, nested, object, one, template } from './define.ts';

const tag = 'Data';
const path = '/organisations/{organisation_id}/data';
const item = `${path}/{data_id}` as const;

export const newData = call({
  tag,
  summary: 'Get a template',
  method: 'GET',
  path: `${path}/new` as const,
  answer: template(Data),
});
export const createData = call({
  tag,
  summary: 'Create a data item',
  method: 'POST',
  path,
  body: flat(Data),
  answer: one(Data),
  errors: ['invalid_model', 'conflict', 'forbidden'],
});
export const listUploadedData = call({
  tag,
  summary: 'List the uploaded data',
  method: 'GET',
  path: `${path}/uploaded` as const,
  answer: list(Data, ['id', 'name'], true),
  errors: ['bad_request'],
});
export const getData = call({
  tag,
  summary: 'Get a data item',
  method: 'GET',
  path: item,
  answer: one(Data),
});
export const updateData = call({
  tag,
  summary: 'Change a data item',
  method: 'PATCH',
  path: item,
  body: flat(Data),
  answer: one(Data),
  errors: ['invalid_model', 'forbidden'],
});
export const deleteData = call({
  tag,
  summary: 'Delete a data item',
  method: 'DELETE',
  path: item,
  answer: empty,
  errors: ['conflict', 'forbidden'],
});
export const copyData = call({
  tag,
  summary: 'Copy a data item',
  method: 'POST',
  path: `${item}/copy` as const,
  body: nested('Data', z.object({ name: z.string() })),
  answer: one(Data),
  errors: ['invalid_model', 'insufficient_credits', 'forbidden'],
});
export const addFile = call({
  tag,
  summary: 'Add a file',
  method: 'POST',
  path: `${item}/add_file` as const,
  body: nested('Data', z.object({ name: z.string(), file_type: z.string() })),
  answer: object(z.object({ extras: z.object({ file: z.guid(), url: z.url() }) })),
  errors: ['invalid_model', 'insufficient_credits', 'forbidden'],
});
export const listFiles = call({
  tag,
  summary: 'List the files',
  method: 'GET',
  path: `${item}/files` as const,
  answer: list(DataFile),
  errors: ['bad_request'],
});
export const downloadFile = call({
  tag,
  summary: 'Get a download address',
  method: 'GET',
  path: `${item}/download_file/{file_id}` as const,
  query: z.object({ preview: z.boolean().optional() }),
  answer: object(z.object({ extras: z.object({ url: z.url() }) })),
  errors: ['conflict'],
});
