import * as z from 'zod';

import { boolean, integer, listOf, string, uuid } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';
import {
  actionEnd,
  actionName,
  afterData,
  beforeData,
  owner,
  serviceChain,
  serviceCharges,
  serviceDocumentation,
  serviceRules,
  stamps,
  valuesOfAction,
} from './parts/index.ts';

const ActionValue = z.object({ ...beforeData, ...afterData });

/** One version of an SSD. */
export const Service = model(
  'Service',
  'Service',
  'One version of an SSD (Standardised Service Description): what it takes, runs and gives.',
  {
    ...stamps('service'),
    organisation_id: owner('service'),
    ssd_id: uuid({ title: 'SSD', description: 'The id of the SSD. All versions share it.' }),
    version: integer({ title: 'Version', description: 'The number of the version.', readOnly: true }),
    approval_status: string({
      title: 'Approval',
      description: 'Whether the version has been approved for everyone, e.g. approved.',
      readOnly: true,
    }),
    featured: string({
      title: 'Featured',
      description: 'The word `featured` when it is shown first. Absent when not.',
      nullable: true,
    }),
    show_in_latest: boolean({
      title: 'Listed',
      description:
        'Whether it is among the services that can be run. Absent or false for a part of other chains.',
      nullable: true,
    }),
    name: string({ title: 'Name', description: 'The name of the service.' }),
    categories: listOf(z.string(), { title: 'Categories', description: 'The kinds of service that it is.' }),
    keywords: listOf(z.string(), { title: 'Keywords', description: 'Words by which it can be found.' }),
    image_id: uuid({ title: 'Image', description: 'The id of the image that it runs.' }),
    ...serviceChain,
    actions: listOf(
      z.object({ name: actionName, values: listOf(ActionValue, valuesOfAction), ...actionEnd }),
      {
        title: 'Actions',
        description: 'The calls that can be made with its results. Absent when there are none.',
        nullable: true,
      },
    ),
    urls: listOf(z.url(), {
      title: 'Addresses',
      description: 'The web addresses that it may reach. Absent when none.',
      nullable: true,
    }),
    cidrs: listOf(z.string(), {
      title: 'Networks',
      description: 'The IP networks that it may reach, e.g. 192.0.2.0/24. Absent when none.',
      nullable: true,
    }),
    ...serviceRules,
    license_id: uuid({
      title: 'Licence',
      description: 'The id of the licence to agree to before running it.',
    }),
    ...serviceCharges,
    geographic_regions: listOf(z.string(), {
      title: 'Regions',
      description: 'The parts of the world that it works in. Absent when it works everywhere.',
      nullable: true,
    }),
    ...serviceDocumentation,
  },
);
export type Service = ModelValue<typeof Service>;
