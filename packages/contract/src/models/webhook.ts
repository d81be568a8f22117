import * as z from 'zod';

import { boolean, listOf, string, url } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';
import { owner, stamps } from './parts/index.ts';

/** An address that is told what happens. Not part of the original API. */
export const Webhook = model(
  'Webhook',
  'Webhook',
  'An address that an organisation wants called when something happens: by POST, with JSON, signed as Standard Webhooks has it.',
  {
    ...stamps('webhook'),
    organisation_id: owner('webhook'),
    url: url({ title: 'Address', description: 'What is called, over http or https.' }),
    events: listOf(z.string(), {
      title: 'Events',
      description:
        'What it is called for: any of execution.ended, execution.failed, execution.expiring and process.waiting, or * for all there will ever be.',
    }),
    active: boolean({
      title: 'Active',
      description: 'Whether it is called. True unless given; false once its address has answered with 410.',
      nullable: true,
    }),
    secret: string({
      title: 'Secret',
      description:
        'What calls are signed with: whsec_ and 24 to 64 bytes in base64. Made by the platform unless given, and only in the answer to the call that creates the webhook.',
      nullable: true,
    }),
  },
);
export type Webhook = ModelValue<typeof Webhook>;
