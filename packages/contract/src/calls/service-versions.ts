import * as z from 'zod';

import { ServiceVersion } from '../models/index.ts';
import { call, list, nested, object, one } from './define.ts';

const tag = 'Services';
const path = '/organisations/{organisation_id}/service_versions';
const item = `${path}/{service_version_id}` as const;

const serviceFile = z.string().max(200_000).meta({ description: 'The text of service.yaml.' });
const organisations = z.array(z.guid()).max(1000).nullable();

export const addServiceArchive = call({
  tag,
  summary: 'Announce the archive of a service',
  description:
    'Judges its service.yaml, and gives the id of the upload and where to PUT the archive: a tar.gz of the folder, in one request with a `Content-Length`, without the bearer token. What is wrong is among `fields`, each by line and column. Needs the role `create_ssds`.',
  method: 'POST',
  path: `${path}/add_archive` as const,
  body: nested(
    'ServiceVersion',
    z.object({
      service_file: serviceFile,
      size: z.int().min(1).meta({ description: 'Of the archive, in bytes.' }),
    }),
  ),
  answer: object(z.object({ extras: z.object({ upload: z.guid(), url: z.url() }) })),
  errors: ['conflict', 'forbidden', 'too_large', 'too_many_requests'],
  extension: true,
});
export const publishService = call({
  tag,
  summary: 'Publish a version of a service',
  description:
    'Of an archive that was uploaded, or of a service.yaml that names an image. It waits for approval: until then only its own organisation runs it. A version never changes; publishing the same again answers with what there is. Needs the role `create_ssds`.',
  method: 'POST',
  path,
  body: nested(
    'ServiceVersion',
    z.object({
      upload: z
        .guid()
        .nullish()
        .meta({ description: 'The id of the upload of its archive. Left out for an image.' }),
      service_file: serviceFile.nullish().meta({
        description: 'The text of service.yaml, for an image. With an archive the one in that counts.',
      }),
      organisations: organisations.optional().meta({
        description:
          'The ids of those that may run it besides its own once it is approved; null for all. As service.yaml says unless given.',
      }),
    }),
  ),
  answer: one(ServiceVersion),
  errors: ['conflict', 'forbidden'],
  extension: true,
});
export const listServiceVersions = call({
  tag,
  summary: 'List the published versions of services',
  description:
    'Those of the organisation. For members of the organisation that runs the platform who have the role `audit_ssds`, those of all organisations. Needs the role `create_ssds` or `audit_ssds`.',
  method: 'GET',
  path,
  answer: list(ServiceVersion, ['id', 'ssd_id', 'name', 'state'], true),
  errors: ['bad_request', 'forbidden'],
  extension: true,
});
export const getServiceVersion = call({
  tag,
  summary: 'Get a published version of a service',
  description: 'With its service.yaml.',
  method: 'GET',
  path: item,
  answer: one(ServiceVersion),
  errors: ['forbidden'],
  extension: true,
});
export const downloadServiceArchive = call({
  tag,
  summary: 'Get an address of the archive of a version',
  description:
    'Of its folder as it was published: for those who are to approve it, and its authors. The address is good for an hour, without the bearer token.',
  method: 'GET',
  path: `${item}/archive` as const,
  answer: object(z.object({ extras: z.object({ url: z.url() }) })),
  errors: ['conflict', 'forbidden'],
  extension: true,
});
export const approveServiceVersion = call({
  tag,
  summary: 'Approve a published version',
  description:
    'From now on it is offered to all organisations, or to those that it names. Needs the role `audit_ssds` in the organisation that runs the platform.',
  method: 'POST',
  path: `${item}/approve` as const,
  answer: one(ServiceVersion),
  errors: ['conflict', 'forbidden'],
  extension: true,
  idempotent: true,
});
export const withdrawServiceVersion = call({
  tag,
  summary: 'Withdraw a published version',
  description:
    'It is offered no more, and nothing new is run with it; what runs goes on. That is final. Its own organisation may (role `create_ssds`), and who may approve.',
  method: 'POST',
  path: `${item}/withdraw` as const,
  body: nested(
    'ServiceVersion',
    z.object({
      reason: z.string().max(1000).nullish().meta({ description: 'Why, for those who wonder.' }),
    }),
  ),
  answer: one(ServiceVersion),
  errors: ['forbidden'],
  extension: true,
  idempotent: true,
});
export const changeServiceVersionOrganisations = call({
  tag,
  summary: 'Say who may run a published version',
  description: 'Besides its own organisation. Needs the role `create_ssds`.',
  method: 'POST',
  path: `${item}/change_organisations` as const,
  body: nested(
    'ServiceVersion',
    z.object({ organisations: organisations.meta({ description: 'Their ids; null for all.' }) }),
  ),
  answer: one(ServiceVersion),
  errors: ['conflict', 'forbidden'],
  extension: true,
  idempotent: true,
});
