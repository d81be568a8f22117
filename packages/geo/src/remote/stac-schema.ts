import { z } from 'zod';

const link = z.object({
  rel: z.string(),
  href: z.string(),
  method: z.string().optional(),
  body: z.record(z.string(), z.unknown()).optional(),
  merge: z.boolean().optional(),
});
export type ArchiveLink = z.infer<typeof link>;

const asset = z.looseObject({
  href: z.string(),
  type: z.string().optional(),
  roles: z.array(z.string()).optional(),
  'storage:region': z.string().optional(),
});
export type ArchiveAsset = z.infer<typeof asset>;

const item = z.object({
  id: z.string(),
  bbox: z.array(z.number()).min(4),
  geometry: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()),
  links: z.array(link).default([]),
  assets: z.record(z.string(), asset),
});
/** The part of an Item, of whatever version of STAC, that is used here. */
export type ArchiveItem = z.infer<typeof item>;

export const itemPage = z.object({ features: z.array(item), links: z.array(link).default([]) });
export type ItemPage = z.infer<typeof itemPage>;

export const collection = z.object({
  id: z.string(),
  title: z.string().optional(),
  description: z.string().default(''),
  license: z.string().optional(),
  keywords: z.array(z.string()).default([]),
  providers: z.array(z.object({ name: z.string() })).default([]),
});
/** The part of a Collection that is used here. */
export type ArchiveCollection = z.infer<typeof collection>;
