import { z } from 'zod';

const link = z.object({
  rel: z.string(),
  href: z.string(),
  method: z.string().optional(),
  body: z.record(z.string(), z.unknown()).optional(),
  merge: z.boolean().optional(),
});
export type StacLink = z.infer<typeof link>;

const asset = z.object({
  href: z.string(),
  type: z.string().optional(),
  roles: z.array(z.string()).optional(),
  'storage:region': z.string().optional(),
});

const item = z.object({
  id: z.string(),
  bbox: z.array(z.number()).min(4),
  properties: z.record(z.string(), z.unknown()),
  links: z.array(link).default([]),
  assets: z.record(z.string(), asset),
});
export type StacItem = z.infer<typeof item>;

/** The part of an ItemCollection that is used here. */
export const itemPage = z.object({ features: z.array(item), links: z.array(link).default([]) });

/** The part of a Collection that is used here. */
export const collection = z.object({
  id: z.string(),
  title: z.string().optional(),
  description: z.string().default(''),
  license: z.string().optional(),
  keywords: z.array(z.string()).default([]),
  providers: z.array(z.object({ name: z.string() })).default([]),
});
export type StacCollection = z.infer<typeof collection>;
