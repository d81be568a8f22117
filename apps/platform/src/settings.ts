import { isIP } from 'node:net';
import { isAbsolute, join } from 'node:path';

import { z } from 'zod';

import { mapTilesForms, readMapTiles } from './map-tiles.ts';

const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');
/** How many proxies in front add to `X-Forwarded-For`, or which: what stands left of their own words anybody may have written. */
function readProxies(text: string, context: z.RefinementCtx): number | readonly string[] {
  if (text === 'true' || text === 'false') return text === 'true' ? 1 : 0;
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const parts = text.split(',').map((part) => part.trim());
  if (parts.every((part) => isIP(part.replace(/\/\d{1,3}$/, '')) !== 0)) return parts;
  context.addIssue({
    code: 'custom',
    message: 'true, false, a number of proxies, or addresses separated by commas',
  });
  return z.NEVER;
}

const absolutePath = z.string().refine(isAbsolute, 'an absolute path');
const whole = (minimum: number) => z.coerce.number().int().min(minimum);

/** Every setting of the platform, each an environment variable. `npm run settings -w apps/platform` prints the table. */
export const settingsSchema = z.object({
  FUSION_DATA: z
    .string()
    .default('.fusion/platform')
    .describe('Folder of the database, the files and the running components'),
  FUSION_HOST: z.string().default('127.0.0.1').describe('Address to listen on'),
  FUSION_PORT: whole(0).default(8080).describe('Port to listen on; 0 for a free one'),
  FUSION_PUBLIC_URL: z
    .url()
    .optional()
    .describe('How users reach the platform, where it is not the address it listens on'),
  DATABASE_URL: z.string().optional().describe('A PostgreSQL server; without it the embedded database'),
  FUSION_ADMIN_EMAIL: z
    .email()
    .default('admin@fusion-platform.local')
    .describe('The first user, made on the first start'),
  FUSION_ADMIN_PASSWORD: z
    .string()
    .optional()
    .describe('Its password; without it one is made and printed once'),
  FUSION_ORGANISATION: z
    .string()
    .default('My organisation')
    .describe('The first organisation, made on the first start'),
  FUSION_INITIAL_CREDITS: z
    .string()
    .regex(/^\d+(\.\d{1,6})?$/)
    .default('10000')
    .describe('Credits of the first organisation'),
  FUSION_SERVICES: z
    .string()
    .optional()
    .describe(
      'Folders of services, separated by commas; each holds folders with a service.yaml. Without it the services of the repository',
    ),
  FUSION_SLOTS: whole(1)
    .optional()
    .describe('How many components run at once; without it 2, or 64 that a cluster has in its queue'),
  FUSION_MEMORY_MB: whole(64)
    .optional()
    .describe(
      'Memory that components may be given at once, and one of them at most, in MiB; without it 80 % of the machine, or on a cluster what the cluster has',
    ),
  FUSION_GROUP_EXECUTIONS: whole(1).default(8).describe('How many executions of one group run at once'),
  FUSION_MAXIMUM_SLICES: whole(1).default(2000).describe('Into how many slices a region may be cut'),
  FUSION_EXPIRY_WARNING_DAYS: z.coerce
    .number()
    .min(0)
    .default(7)
    .describe('How many days before an execution is deleted its users are warned'),
  FUSION_STOP_DELAY_SECONDS: z.coerce
    .number()
    .min(0)
    .default(20)
    .describe('How long after its last execution a run-once process turns to stop'),
  FUSION_MAXIMUM_UPLOAD_BYTES: whole(1)
    .default(20 * 1024 ** 3)
    .describe('Largest file that can be uploaded'),
  FUSION_ANALYSIS_TIMEOUT_SECONDS: whole(1)
    .default(300)
    .describe('How long the analysis of one file may take'),
  FUSION_ANALYSIS_MEMORY_MB: whole(128)
    .default(1024)
    .describe('How much memory the analysis of one file may take'),
  FUSION_ANALYSIS_PROCESSES: whole(1)
    .optional()
    .describe('How many files are analysed side by side; without it as many as there are processors'),
  FUSION_S2_STAC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'STAC API of Sentinel-2: where its service finds scenes, Earth Search without it, and where the cloud cover of dated rasters is asked for, nowhere without it',
    ),
  FUSION_BLOCK_CACHE_MB: whole(0)
    .default(2000)
    .describe(
      'How many megabytes of remote files are kept for the components of one service and organisation; 0 for none',
    ),
  FUSION_OBJECTS_S3_BUCKET: z
    .string()
    .optional()
    .describe('The bucket that the bytes of files are kept in; without it they are in the data folder'),
  FUSION_OBJECTS_S3_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("An S3-compatible server instead of Amazon's"),
  FUSION_OBJECTS_S3_REGION: z
    .string()
    .optional()
    .describe('The region of the bucket; without it what the AWS SDK finds, or us-east-1 with an endpoint'),
  FUSION_OBJECTS_S3_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_./-]*$/)
    .optional()
    .describe('Before every key in the bucket, so that others can use it too'),
  FUSION_OBJECTS_S3_ACCESS_KEY_ID: z
    .string()
    .optional()
    .describe(
      'The id of the access key; without it what the AWS SDK finds: environment, files, the role of the machine',
    ),
  FUSION_OBJECTS_S3_SECRET_ACCESS_KEY: z.string().optional().describe('Its secret'),
  FUSION_OBJECTS_S3_PATH_STYLE: flag
    .optional()
    .describe(
      'Whether the bucket stands in the path of the address instead of in its host; without it only with an endpoint',
    ),
  FUSION_OBJECTS_S3_ENCRYPTION: z
    .enum(['none', 'AES256', 'aws:kms'])
    .default('none')
    .describe('What the server is asked to encrypt with, besides what the bucket does of itself'),
  FUSION_OBJECTS_S3_KMS_KEY_ID: z
    .string()
    .optional()
    .describe('The key for `aws:kms`; without it that of the bucket'),
  FUSION_OBJECTS_DOWNLOADS: z
    .enum(['platform', 'redirect'])
    .default('platform')
    .describe(
      'Whether downloads come through the platform, or are led on to an address of the bucket that is signed for five minutes',
    ),
  FUSION_UPLOAD_CREDITS_PER_GB: z.string().default('0').describe('Price of an upload'),
  FUSION_STORAGE_CREDITS_PER_GB_DAY: z
    .string()
    .regex(/^\d+(\.\d{1,6})?$/)
    .default('0')
    .describe('What an organisation pays for each GB that it keeps, a day'),
  FUSION_RUNTIME: z
    .enum(['process', 'container', 'slurm'])
    .default('process')
    .describe(
      'Where components run: as processes of this machine, in containers of Docker or Podman, or as jobs of a Slurm cluster',
    ),
  FUSION_CONTAINER_SOCKET: absolutePath
    .optional()
    .describe(
      'Socket of the container engine; without it /var/run/docker.sock, or else /run/podman/podman.sock',
    ),
  FUSION_CONTAINER_IMAGE: z
    .string()
    .optional()
    .describe(
      'Image that runs services that are commands: with Node 24, and GDAL for those that use it; without it only services that name an image run',
    ),
  FUSION_CONTAINER_NETWORK: z
    .string()
    .optional()
    .describe("The engine's network for services that list addresses; without it `bridge`"),
  FUSION_IMAGE_PULL_SECONDS: whole(1).default(1800).describe('How long an image may take to arrive'),
  FUSION_SLURM_FOLDER: absolutePath
    .optional()
    .describe('Folder that all nodes of the cluster have at the same path: attempts go through it'),
  FUSION_SLURM_PARTITION: z
    .string()
    .optional()
    .describe("Partition that jobs are submitted to; without it the cluster's default"),
  FUSION_SLURM_ACCOUNT: z.string().optional().describe('Account that jobs are charged to'),
  FUSION_SLURM_ARGUMENTS: z
    .string()
    .optional()
    .describe('Further arguments of sbatch, separated by spaces: `--qos=low --nice`'),
  FUSION_SANDBOX: z
    .enum(['auto', 'always', 'never'])
    .default('auto')
    .describe('Whether components run under bubblewrap: where there is one, only there, or not at all'),
  FUSION_ALLOW_PRIVATE_ADDRESSES: flag
    .default(false)
    .describe('Whether actions and webhooks may call addresses of this machine and of private networks'),
  FUSION_SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .optional()
    .describe(
      'The mail server, `smtps://user:password@host`, or `smtp://` with a port; without it no mail is sent',
    ),
  FUSION_SMTP_FROM: z
    .string()
    .default('Fusion Platform <notifications@fusion-platform.local>')
    .describe('The sender of mail: an address, or a name and an address in angle brackets'),
  FUSION_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('What is logged'),
  FUSION_TRUST_PROXY: z
    .string()
    .default('false')
    .transform(readProxies)
    .describe(
      "Which proxies in front are believed about the caller's address: `true` for one, a number of them, or their addresses and networks (`10.0.0.0/8`), separated by commas",
    ),
  FUSION_LOGIN_ATTEMPTS: whole(1)
    .default(10)
    .describe(
      'Failed logins a minute from one address or for one user; further ones are tried one at a time, a few seconds apart',
    ),
  FUSION_METRICS_TOKEN: z
    .string()
    .optional()
    .describe('Bearer token that /metrics asks for; without it /metrics answers this machine alone'),
  FUSION_MAP_TILES: z
    .string()
    .transform((text, context) => {
      const tiles = readMapTiles(text);
      if (tiles) return tiles;
      context.addIssue({ code: 'custom', message: mapTilesForms });
      return z.NEVER;
    })
    .optional()
    .describe(
      'Base map of the dashboard in Web Mercator, in place of the one that comes with the page: an address of tiles with {z}, {x} and {y} (or {-y}), or a PMTiles archive (raster or vector) by its address or as a file of this machine (`/maps/world.pmtiles`), which the platform serves to who is signed in. Of an address the page asks that origin too',
    ),
  FUSION_MAP_ATTRIBUTION: z
    .string()
    .optional()
    .describe(
      'Who made those tiles, as plain text: it stands in the corner of each map. Without it what a PMTiles archive says of itself',
    ),
});

/** The settings that services may be given; those of mail hold a password, and are for dispatchers alone. */
const handedOn: Readonly<Record<string, 'services' | 'dispatchers'>> = {
  FUSION_S2_STAC_URL: 'services',
  FUSION_SMTP_URL: 'dispatchers',
  FUSION_SMTP_FROM: 'dispatchers',
};

/** Whether a service may not have a variable: the platform's own settings hold its secrets. */
export function isWithheld(name: string, { dispatcher }: { readonly dispatcher: boolean }): boolean {
  if (!Object.hasOwn(settingsSchema.shape, name)) return false;
  const to = Object.hasOwn(handedOn, name) ? handedOn[name] : undefined;
  return to === undefined || (to === 'dispatchers' && !dispatcher);
}

export interface Settings extends z.output<typeof settingsSchema> {
  /** The environment without the platform's own settings: a service gets those variables of it that it lists. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folders: {
    readonly database: string;
    readonly objects: string;
    readonly runtime: string;
    readonly attempts: string;
    readonly analysis: string;
    readonly blocks: string;
    readonly spool: string;
    readonly services: string;
  };
}

export class SettingsError extends Error {
  constructor(issues: readonly string[]) {
    super(
      `The platform cannot start with these settings:\n${issues.map((issue) => `  ${issue}`).join('\n')}`,
    );
    this.name = 'SettingsError';
  }
}

/** @throws SettingsError naming every variable that is wrong */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = settingsSchema.safeParse(given);
  if (!result.success) {
    throw new SettingsError(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
  }
  const issues = [...objectIssues(result.data), ...runtimeIssues(result.data)];
  if (issues.length > 0) throw new SettingsError(issues);
  const folder = result.data.FUSION_DATA;
  return {
    ...result.data,
    environment: Object.fromEntries(
      Object.entries(environment).filter(([name]) => !isWithheld(name, { dispatcher: true })),
    ),
    folders: {
      database: join(folder, 'database'),
      objects: join(folder, 'objects'),
      runtime: join(folder, 'runtime'),
      attempts: join(folder, 'attempts'),
      analysis: join(folder, 'analysis'),
      blocks: join(folder, 'blocks'),
      spool: join(folder, 'spool'),
      services: join(folder, 'services'),
    },
  };
}

/** What is wrong with the settings of the bucket taken together. */
function objectIssues(given: z.output<typeof settingsSchema>): string[] {
  const [id, secret] = ['FUSION_OBJECTS_S3_ACCESS_KEY_ID', 'FUSION_OBJECTS_S3_SECRET_ACCESS_KEY'] as const;
  const issues: string[] = [];
  if ((given[id] === undefined) !== (given[secret] === undefined))
    issues.push(
      `${given[id] === undefined ? id : secret}: the id and the secret of the access key go together`,
    );
  if (given.FUSION_OBJECTS_S3_BUCKET !== undefined) return issues;
  const lost = Object.entries(given).filter(
    ([name, value]) => name.startsWith('FUSION_OBJECTS_S3_') && value !== undefined && value !== 'none',
  );
  for (const [name] of lost) issues.push(`${name}: it needs FUSION_OBJECTS_S3_BUCKET`);
  if (given.FUSION_OBJECTS_DOWNLOADS === 'redirect')
    issues.push('FUSION_OBJECTS_DOWNLOADS: redirect needs FUSION_OBJECTS_S3_BUCKET');
  return issues;
}

/** Settings of a runtime that is not the chosen one would be without effect. */
function runtimeIssues(given: z.output<typeof settingsSchema>): string[] {
  const { FUSION_RUNTIME: runtime, FUSION_SLURM_FOLDER: sharedFolder } = given;
  const lost = (['container', 'slurm'] as const).flatMap((kind) =>
    Object.entries(given)
      .filter(([name, value]) => name.startsWith(`FUSION_${kind.toUpperCase()}_`) && value !== undefined)
      .flatMap(([name]) => (kind === runtime ? [] : [`${name}: it needs FUSION_RUNTIME=${kind}`])),
  );
  if (runtime !== 'slurm' || sharedFolder !== undefined) return lost;
  return [...lost, 'FUSION_SLURM_FOLDER: FUSION_RUNTIME=slurm needs a folder that all nodes share'];
}
