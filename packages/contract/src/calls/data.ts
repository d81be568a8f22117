import * as z from 'zod';

import { Data, DataFile } from '../models/index.ts';
import { call, empty, flat, list, nested, object, one, template } from './define.ts';

const tag = 'Data';
const path = '/organisations/{organisation_id}/data';
const item = `${path}/{data_id}` as const;

export const newData = call({
  tag,
  summary: 'Get a template of a data item',
  description: 'A data item that is not stored, with the `id` and `organisation_id` to create it under.',
  method: 'GET',
  path: `${path}/new` as const,
  answer: template(Data),
});
export const createData = call({
  tag,
  summary: 'Create a data item',
  description: 'The client may choose the `id`. The item has no files yet.',
  method: 'POST',
  path,
  body: flat(Data, ['id', 'organisation_id']),
  answer: one(Data),
  errors: ['conflict', 'forbidden'],
});
export const listUploadedData = call({
  tag,
  summary: 'List the uploaded data',
  description: 'Those that executions made are not among them.',
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
  errors: ['forbidden'],
});
export const deleteData = call({
  tag,
  summary: 'Delete a data item',
  description: 'With its files. Refused while a process uses it.',
  method: 'DELETE',
  path: item,
  answer: empty,
  errors: ['conflict', 'forbidden'],
});
export const copyData = call({
  tag,
  summary: 'Copy a data item',
  description:
    'The copy counts as uploaded, and outlives the execution that made the original. Its id is `model.id`.',
  method: 'POST',
  path: `${item}/copy` as const,
  body: nested('Data', z.object({ name: z.string().meta({ description: 'The name of the copy.' }) })),
  answer: one(Data),
  errors: ['insufficient_credits', 'forbidden'],
});
export const addFile = call({
  tag,
  summary: 'Add a file',
  description:
    'Gives the id of the file and where to PUT its bytes: one request with a `Content-Length`, without the bearer token. Analysis starts when they have arrived.',
  method: 'POST',
  path: `${item}/add_file` as const,
  body: nested(
    'Data',
    z.object({
      name: z.string().meta({ description: 'The name of the file, without folders.' }),
      file_type: z.string().meta({ description: 'One of the file types, e.g. GeoTIFF.' }),
    }),
  ),
  answer: object(
    z.object({
      extras: z.object({
        file: z.guid(),
        url: z.url(),
        resumable_url: z.url().optional().meta({
          description:
            'Takes the bytes in several goes, by the core of the tus protocol 1.0 (https://tus.io): `PATCH` with `Upload-Offset`, and with `Upload-Length` the first time; `HEAD` tells how many have come. The last ones are answered with the SHA-256 of the whole in base64, as `X-Fusion-Platform-Sha256`.',
          'x-extension': true,
        }),
      }),
    }),
  ),
  errors: ['insufficient_credits', 'forbidden'],
});
export const listFiles = call({
  tag,
  summary: 'List the files',
  description:
    'With what analysis has found so far. A file is ready once `size` and either `publishable` or `error` are there.',
  method: 'GET',
  path: `${item}/files` as const,
  answer: list(DataFile),
  errors: ['bad_request'],
});
export const downloadFile = call({
  tag,
  summary: 'Get a download address',
  description: 'The address is good for an hour, without the bearer token.',
  method: 'GET',
  path: `${item}/download_file/{file_id}` as const,
  query: z.object({
    preview: z
      .boolean()
      .optional()
      .meta({ description: 'Whether to get the preview image, a PNG, in place of the file.' }),
  }),
  answer: object(z.object({ extras: z.object({ url: z.url() }) })),
  errors: ['conflict'],
});
