import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';

import { CallError } from '@fusion-platform/contract';
import type { FastifyBaseLogger } from 'fastify';

import { firstStart } from './accounts/index.ts';
import type { FirstStart } from './accounts/index.ts';
import { openDatabase } from './database/index.ts';
import type { Database } from './database/index.ts';
import { createEvents } from './events/index.ts';
import type { Events } from './events/index.ts';
import { nodeIdOf } from './executions/index.ts';
import { joinNodes } from './nodes/index.ts';
import type { Objects } from './objects/index.ts';
import { openObjects } from './open-objects.ts';
import { describeWhenThere, openRuntime } from './open-runtime.ts';
import { spreadFolders } from './runtimes/index.ts';
import type { Runtime, RuntimeDescription } from './runtimes/index.ts';
import { servicePackages } from './service-packages.ts';
import { SettingsError } from './settings.ts';
import type { Settings } from './settings.ts';
import { stagingObjects } from './staging-objects.ts';

/** What the subjects of a platform stand on. */
export interface Foundations {
  readonly objects: Objects;
  readonly nodeId: string;
  readonly runtime: Runtime;
  /** What the runtime says of itself, which takes it a while. */
  readonly describing: Promise<RuntimeDescription>;
  readonly database: Database;
  readonly membership: Awaited<ReturnType<typeof joinNodes>>;
  /** Present on the first start of all. */
  readonly firstStart: FirstStart | undefined;
  readonly events: Events;
}

/** What closes a platform again, in reverse order. */
export type Closers = (() => Promise<void>)[];

/** Opens the object store, the runtime and the database, and joins the nodes that share them. */
export async function openFoundations(
  settings: Settings,
  log: FastifyBaseLogger,
  { closers, serviceFolder }: { closers: Closers; serviceFolder: (serviceId: string) => Promise<string> },
): Promise<Foundations> {
  const { folders } = settings;
  const starting = log.child({ part: 'start' });
  const objects = await openObjects(settings);
  const nodeId = await nodeIdOf(resolve(folders.attempts));
  await spreadFolders(resolve(folders.attempts));
  const runtime = await openRuntime(settings, {
    nodeId,
    objects: stagingObjects(objects),
    serviceFolder,
    readOnly: servicePackages,
  });
  closers.push(async () => await runtime.close());
  // It takes as long to answer as the database to open: each on its own processor.
  const describing = describeWhenThere(runtime, starting);
  describing.catch(() => undefined);
  starting.info('opening the database');
  const database = await open(settings, (error, message) => log.warn({ err: error }, message));
  closers.push(async () => await database.close());
  const membership = await joinNodes(
    database,
    { id: nodeId, name: hostname(), version: await ownVersion(), store: storeOf(settings) },
    (error) => log.warn({ err: error, part: 'nodes' }, 'cannot say that this platform is alive'),
  );
  closers.push(membership.leave);
  const first = await prepareFirstStart(database, {
    email: settings.FUSION_ADMIN_EMAIL,
    password: settings.FUSION_ADMIN_PASSWORD,
    organisation: settings.FUSION_ORGANISATION,
    credits: settings.FUSION_INITIAL_CREDITS,
  });
  const events = await createEvents(database);
  closers.push(async () => await events.close());
  return { objects, nodeId, runtime, describing, database, membership, firstStart: first, events };
}

/** @throws SettingsError when a server cannot be reached, without its address: that may hold a password */
async function open(
  { folders, DATABASE_URL: url }: Settings,
  warn: (error: unknown, message: string) => void,
): Promise<Database> {
  if (!url) return await openDatabase({ folder: folders.database, warn });
  try {
    return await openDatabase({ folder: folders.database, url });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new SettingsError([`DATABASE_URL: the server cannot be used: ${message || code}`]);
  }
}

/** @throws SettingsError for a password that the policy refuses */
async function prepareFirstStart(
  ...[database, options]: Parameters<typeof firstStart>
): Promise<FirstStart | undefined> {
  try {
    return await firstStart(database, options);
  } catch (error) {
    if (error instanceof CallError) throw new SettingsError([`FUSION_ADMIN_PASSWORD: ${error.message}`]);
    throw error;
  }
}

/** Where the files are, told apart from other places. */
function storeOf(settings: Settings): string {
  const { FUSION_OBJECTS_S3_BUCKET: bucket, FUSION_OBJECTS_S3_ENDPOINT: endpoint } = settings;
  if (bucket === undefined) return 'folder';
  return `the bucket ${[endpoint ?? 'AWS', bucket, settings.FUSION_OBJECTS_S3_PREFIX].join('/')}`;
}

export async function ownVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
