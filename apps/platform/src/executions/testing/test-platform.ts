import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';

import { sql } from 'drizzle-orm';
import pg from 'pg';

import { createCatalogue } from '../../catalogue/index.ts';
import type { Catalogue } from '../../catalogue/index.ts';
import { createData } from '../../data/index.ts';
import type { Data } from '../../data/index.ts';
import { createFolderObjects } from '../../objects/index.ts';
import type { Objects } from '../../objects/index.ts';
import { createProcesses } from '../../processes/index.ts';
import type { ProcessFields, Processes } from '../../processes/index.ts';
import { firstOrganisation, firstStart } from '../../accounts/index.ts';
import { openDatabase, selectRows } from '../../database/index.ts';
import { outsideTransactions } from '../../testing/outside-transactions.ts';
import { layOutDatabase, openTestDatabase } from '../../testing/prepared-database.ts';
import type { Database } from '../../database/index.ts';
import { createEvents } from '../../events/index.ts';
import type { Events } from '../../events/index.ts';
import { createProcessRuntime } from '../../runtimes/index.ts';
import type { Runtime } from '../../runtimes/index.ts';
import type { Logger } from '../context.ts';
import type { ExecutionsSettings } from '../settings.ts';
import { createExecutions } from '../executions.ts';
import { nodeIdOf } from '../driver/index.ts';
import { stagingObjects } from '../../staging-objects.ts';
import type { Executions, ExecutionsOptions } from '../executions.ts';
import { writeChain } from './chain-services.ts';
import type { ChainOptions, Step } from './chain-services.ts';

export type { Step } from './chain-services.ts';

export interface TestPlatform {
  readonly folder: string;
  readonly database: Database;
  readonly events: Events;
  readonly organisation: string;
  readonly user: string;
  /** What an engine of this platform is made of. */
  readonly parts: Omit<
    ExecutionsOptions,
    'settings' | 'runtime' | 'objects' | 'data' | 'processes' | 'catalogue'
  > & {
    readonly objects: Objects;
    readonly data: Data;
    readonly processes: Processes;
    readonly catalogue: Catalogue;
  };
  /** A region that is uploaded and analysed. */
  region(): Promise<string>;
  engine(settings?: Partial<ExecutionsSettings>): Promise<Executions>;
  close(): Promise<void>;
}

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const said: Logger = {
  ...silent,
  warn: (fields, message) => console.error('warn', message, fields),
  error: (fields, message) => console.error('error', message, fields),
};

export async function temporaryFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'fusion-executions-'));
}

/**
 * @param options.server address of a PostgreSQL server, in which the folder has a database of its own; without one it is
 *   embedded. `FUSION_TEST_DATABASE_URL` runs any test of the engine on a server.
 * @param options.kept whether the folder can be opened again: an embedded database is in memory otherwise
 */
export async function openTestPlatform(
  folder: string,
  {
    server = process.env['FUSION_TEST_DATABASE_URL'],
    kept = false,
  }: { readonly server?: string | undefined; readonly kept?: boolean } = {},
): Promise<TestPlatform> {
  for (const name of ['services', 'runtime']) await mkdir(join(folder, name), { recursive: true });
  const database = await openDatabaseOf(folder, server, kept);
  await firstStart(database, {
    email: 'ada@example.com',
    password: 'Sentinel-2a',
    organisation: 'Survey',
    credits: '100',
  });
  const events = await createEvents(database);
  const organisation = await firstOrganisation(database);
  const [user] = await selectRows<{ id: string }>(database.queries, sql`select id from users limit 1`);
  const log = process.env['FUSION_TEST_LOG'] ? said : silent;
  const objects = outsideTransactions(await createFolderObjects(join(folder, 'objects')));
  const data = await createData({
    database,
    objects,
    events,
    log,
    settings: {
      maximumUploadBytes: 1_000_000,
      uploadCreditsPerGb: '0',
      analysisTimeoutSeconds: 60,
      analysisMemoryMb: 512,
      analysisProcesses: 2,
      analysisFolder: join(folder, 'analysis'),
    },
    nodeId: 'here',
  });
  const catalogue = createCatalogue({ database });
  const processes = createProcesses({
    database,
    catalogue,
    data,
    settings: { maximumSlices: 2000 },
  });
  const parts = { database, events, objects, data, catalogue, processes, log };
  const runtimes: Runtime[] = [];
  const runtimeFor = async (attemptsFolder: string): Promise<Runtime> => {
    const runtime = createProcessRuntime({
      stateFolder: join(folder, 'runtime'),
      metricsMilliseconds: { shortest: 200, longest: 1000 },
      idleMilliseconds: 5000,
      attemptsFolder,
      nodeId: await nodeIdOf(attemptsFolder),
      objects: stagingObjects(objects),
      serviceFolder: async (serviceId) => (await catalogue.manifest(database.queries, serviceId)).folder,
      readOnly: [],
    });
    runtimes.push(runtime);
    return runtime;
  };
  await data.start();
  let region: Promise<string> | undefined;
  return {
    region: async () => await (region ??= addRegion(data, events, organisation)),
    folder,
    database,
    events,
    organisation,
    user: user!.id,
    parts,
    engine: async (settings = {}) => {
      const attemptsFolder = settings.attemptsFolder ?? join(folder, 'attempts');
      return await createExecutions({
        ...parts,
        runtime: await runtimeFor(attemptsFolder),
        settings: {
          attemptsFolder,
          slots: 2,
          memoryMb: 8192,
          groupExecutions: 4,
          warningDays: 7,
          retryDelaySeconds: 0.2,
          stopDelaySeconds: 1,
          environment: {},
          resyncSeconds: 1,
          ...settings,
        },
      });
    },
    close: async () => {
      await data.close();
      for (const runtime of runtimes) await runtime.close();
      await events.close();
      await database.close();
    },
  };
}

async function openDatabaseOf(folder: string, server: string | undefined, kept: boolean): Promise<Database> {
  const embedded = join(folder, 'database');
  if (server === undefined) {
    if (!kept) return await openTestDatabase();
    await layOutDatabase(embedded);
    return await openDatabase({ folder: embedded });
  }
  const name = basename(folder).toLowerCase();
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (!rowCount) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  const url = new URL(server);
  url.pathname = name;
  return await openDatabase({ folder: embedded, url: url.href });
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

/** Uploads a region, and waits for its analysis. @param east its eastern border, in degrees */
export async function addRegion(
  data: Data,
  events: Events,
  organisation: string,
  east = -4.28,
): Promise<string> {
  const polygon = {
    type: 'Polygon',
    coordinates: [
      [
        [-4.3, 55.86],
        [east, 55.86],
        [east, 55.87],
        [-4.3, 55.86],
      ],
    ],
  };
  const id = randomUUID();
  await data.create(organisation, { id, name: 'Kelvingrove' });
  const { token } = await data.addFile(organisation, id, { name: 'region.geojson', file_type: 'GeoJSON' });
  const bytes = Buffer.from(JSON.stringify(polygon));
  const { signal } = new AbortController();
  await data.receiveUpload(token, { source: Readable.from([bytes]), length: bytes.length, signal });
  for (;;) {
    const change = Promise.withResolvers<void>();
    const unsubscribe = events.subscribe('data', id, () => change.resolve());
    try {
      const { list } = await data.listFiles(organisation, id, {});
      if (list[0]?.publishable) return id;
      if (list[0]?.error) throw new Error(`the region cannot be used: ${list[0].description}`);
      await change.promise;
    } finally {
      unsubscribe();
    }
  }
}

/** Stores a process of these services over a region. */
export async function addProcess(
  platform: TestPlatform,
  steps: readonly Step[],
  options: ChainOptions & {
    readonly price?: string;
    readonly start?: string;
    readonly period?: number;
    /** The data item of all inputs; the region of the platform without it. */
    readonly inputs?: string;
    readonly fields?: Partial<ProcessFields>;
  } = {},
): Promise<string> {
  const { folder, organisation, user } = platform;
  const { catalogue, processes } = platform.parts;
  const serviceId = await writeChain(join(folder, 'services'), steps, options.price ?? '2.5', options);
  await catalogue.load([join(folder, 'services')], organisation);
  const region = options.inputs ?? (await platform.region());
  const template = await processes.newTemplate(organisation, serviceId);
  const { id } = await processes.create(organisation, user, {
    name: 'Test',
    service_id: serviceId,
    inputs: (template.inputs ?? []).map((input) => ({ ...input, id: region })),
    ...(options.start ? { repeat_start: options.start } : {}),
    ...(options.period ? { output_storage_period: options.period } : {}),
    ...options.fields,
  });
  return id!;
}

/** The only execution of a process, once it is as asked. */
export async function executionWhen(
  { events, organisation }: TestPlatform,
  executions: Executions,
  processId: string,
  asked: (execution: Awaited<ReturnType<Executions['get']>>) => boolean,
) {
  for (;;) {
    let heard: () => void = () => {};
    const change = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const unsubscribe = events.subscribe('execution', undefined, heard);
    try {
      const { list } = await executions.list(organisation, processId, { reverse: true, limit: 1 });
      if (list[0] && asked(list[0])) return list[0];
      await change;
    } finally {
      unsubscribe();
    }
  }
}

export const ended = (execution: { readonly progress: number }): boolean => execution.progress >= 100;

/** What an organisation has left, as exact text. */
export async function creditsOf({ database, organisation }: TestPlatform): Promise<string> {
  const [row] = await selectRows<{ sum: string }>(
    database.queries,
    sql`select sum(amount)::float8::text as sum from ledger where organisation_id = ${organisation}`,
  );
  return row!.sum;
}

/** All executions of a process once as many as asked have ended, by their place in the group. */
export async function runWhen(
  { events, organisation }: TestPlatform,
  executions: Executions,
  processId: string,
  count: number,
) {
  for (;;) {
    let heard: () => void = () => {};
    const change = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const unsubscribe = events.subscribe('execution', undefined, heard);
    try {
      const { list } = await executions.list(organisation, processId, { limit: 100 });
      if (list.filter(ended).length >= count)
        return list.toSorted((a, b) => (a.group_index ?? 0) - (b.group_index ?? 0));
      await change;
    } finally {
      unsubscribe();
    }
  }
}

/** Moves the clock of schedules, expiry and charges on, by an interval as PostgreSQL writes them. */
export async function moveClock({ database }: TestPlatform, interval: string): Promise<void> {
  await database.queries.execute(
    sql`insert into platform_keys (name, value) values ('clock_offset', ${interval})
      on conflict (name) do update set value = (platform_keys.value::interval + excluded.value::interval)::text`,
  );
}
