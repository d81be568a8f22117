import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { InvalidJob } from './errors.ts';

const position = z.array(z.number()).min(2);
const polygon = z.object({ type: z.literal('Polygon'), coordinates: z.array(z.array(position)) });
const multiPolygon = z.object({
  type: z.literal('MultiPolygon'),
  coordinates: z.array(z.array(z.array(position))),
});

const file = z.object({
  /** Relative to the job's folder. */
  path: z.string(),
  name: z.string(),
  file_type: z.string(),
  size: z.number().nullish(),
  crs: z.string().nullish(),
});

const dispatch = z.object({
  /** Whose outputs are dispatched. */
  service: z.object({ id: z.string(), ssd_id: z.string(), name: z.string() }),
  process: z.object({ id: z.string(), name: z.string() }),
  execution: z.object({
    id: z.string(),
    started_at: z.string(),
    group_id: z.string().nullish(),
    group_count: z.number().int().nullish(),
    group_index: z.number().int().nullish(),
  }),
  /** Which output of the dispatching component each input is. */
  outputs: z.array(z.object({ input: z.number().int(), number: z.number().int(), name: z.string() })),
  /** The users of the organisation, by e-mail address: nobody else may be written to. */
  recipients: z
    .record(z.string(), z.object({ given_name: z.string().nullish(), family_name: z.string().nullish() }))
    .default({}),
  /** Where users find the platform. */
  platform_url: z.string().nullish(),
});

const jobSchema = z.object({
  version: z.literal(1),
  component: z.object({
    id: z.string(),
    name: z.string(),
    chain_index: z.number().int(),
    attempt: z.number().int(),
  }),
  service: z.object({
    id: z.string(),
    ssd_id: z.string(),
    name: z.string(),
    version: z.union([z.number(), z.string()]),
  }),
  execution: z.object({
    id: z.string(),
    process_id: z.string(),
    process_name: z.string(),
    started_at: z.string(),
    group_id: z.string().nullish(),
    group_index: z.number().int().nullish(),
    group_count: z.number().int().nullish(),
  }),
  options: z.record(z.string(), z.union([z.boolean(), z.number(), z.string(), z.null()])),
  region: z.discriminatedUnion('type', [polygon, multiPolygon]).nullable(),
  inputs: z.array(
    z.object({
      number: z.number().int().min(1),
      file_type: z.string(),
      title: z.string().nullish(),
      folder: z.string(),
      files: z.array(file),
    }),
  ),
  outputs: z.array(
    z.object({
      number: z.number().int().min(1),
      name: z.string(),
      file_type: z.string(),
      folder: z.string(),
    }),
  ),
  resources: z.object({ cpu: z.number(), memory_mb: z.number(), storage_gb: z.number() }),
  /** Only for a dispatcher. */
  dispatch: dispatch.optional(),
});

/** What one attempt of a component is asked to do, as the platform wrote it to `job.json`. */
export type Job = z.infer<typeof jobSchema>;
/** Where: a GeoJSON geometry in longitude and latitude (CRS84). */
export type Region = NonNullable<Job['region']>;
/** What a dispatcher is told besides what every component is told. */
export type Dispatch = NonNullable<Job['dispatch']>;
export type OptionValue = Job['options'][string];

/**
 * Reads and checks `job.json` of a job's folder.
 *
 * @throws InvalidJob naming every path that is wrong, or what kept the file from being read.
 */
export async function readJob(folder: string): Promise<Job> {
  const path = join(folder, 'job.json');
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new InvalidJob(
      `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
      },
    );
  }
  const parsed = jobSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || '(whole file)'}: ${issue.message}`,
  );
  throw new InvalidJob(`${path} is not a job: ${faults.join('; ')}`);
}
