import * as z from 'zod';

import { boolean, datetime, integer, listOf, string, uuid } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';
import { owner, stamps } from './parts/index.ts';

const told = { nullable: true, readOnly: true } as const;
const always = { readOnly: true } as const;

/** A version of a service that was published over the API, with what became of it. Not part of the original API. */
export const ServiceVersion = model(
  'ServiceVersion',
  'Service version',
  'A version of a service that an organisation published: its folder or image, whether it was approved, and who may run it.',
  {
    ...stamps('version; it is that of its service too'),
    organisation_id: owner('version'),
    ssd_id: uuid({ title: 'SSD', description: 'The id of the SSD. All versions share it.', ...always }),
    version: integer({ title: 'Version', description: 'The number of the version.', ...always }),
    name: string({ title: 'Name', description: 'The name of the service.', ...always }),
    state: string({
      title: 'State',
      description:
        'One of pending (only its own organisation runs it, and without a network), approved and withdrawn.',
      ...always,
    }),
    latest: boolean({
      title: 'Latest',
      description: 'Whether it is the version of its SSD that is offered.',
      ...always,
    }),
    organisations: listOf(z.guid(), {
      title: 'Organisations',
      description: 'The ids of those that may run it besides its own. Absent when all may.',
      ...told,
    }),
    image: string({
      title: 'Image',
      description: 'The image that it runs. Absent when it runs a command of its folder.',
      ...told,
    }),
    image_digest: string({
      title: 'Image digest',
      description:
        'What the name of its image stood for when it was approved, and the only one that it runs since. Absent before, and for a command.',
      ...told,
    }),
    sha256: string({
      title: 'Checksum',
      description: 'SHA-256 of the archive of its folder, in hexadecimal. Absent for an image.',
      ...told,
    }),
    size: integer({
      title: 'Size',
      description: 'Of the archive of its folder, in bytes. Absent for an image.',
      ...told,
    }),
    service_file: string({
      title: 'Description',
      description: 'The text of its service.yaml. Left out of lists.',
      ...told,
    }),
    published_by: uuid({
      title: 'Published by',
      description: 'The id of the user who published it.',
      ...told,
    }),
    decided_by: uuid({
      title: 'Decided by',
      description: 'The id of the user who approved or withdrew it. Absent while it is pending.',
      ...told,
    }),
    decided_at: datetime({
      title: 'Decided at',
      description: 'When it was approved or withdrawn. Absent while it is pending.',
      ...told,
    }),
    reason: string({ title: 'Reason', description: 'Why it was withdrawn, where that was said.', ...told }),
  },
);
export type ServiceVersion = ModelValue<typeof ServiceVersion>;
