import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sql } from 'drizzle-orm';

import { firstOrganisation, firstStart } from '../../accounts/index.ts';
import { openDatabase, selectRows } from '../../database/index.ts';
import type { Database } from '../../database/index.ts';
import { createEvents } from '../../events/index.ts';
import type { Events } from '../../events/index.ts';
import { createProcessRuntime } from '../../runtimes/index.ts';
import type { Runtime } from '../../runtimes/index.ts';
import type { ExecutionsSettings, Logger, PlannedComponent } from '../context.ts';
import { createExecutions } from '../executions.ts';
import type { Executions, ExecutionsOptions } from '../executions.ts';
import {
  serviceIds,
  standInCatalogue,
  standInData,
  standInObjects,
  standInProcesses,
  standInTables,
} from './stand-ins.ts';
import type { ServiceName } from './stand-ins.ts';

export interface World {
  readonly folder: string;
  readonly database: Database;
  readonly events: Events;
  readonly runtime: Runtime;
  readonly organisation: string;
  readonly user: string;
  /** What an engine of this world is made of. */
  readonly parts: Omit<ExecutionsOptions, 'settings'>;
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

export async function openWorld(folder: string): Promise<World> {
  for (const name of ['objects', 'runtime']) await mkdir(join(folder, name), { recursive: true });
  const database = await openDatabase({ folder: join(folder, 'database') });
  await firstStart(database, {
    email: 'ada@example.com',
    password: 'Sentinel-2a',
    organisation: 'Survey',
    credits: '100',
  });
  for (const statement of standInTables) await database.queries.execute(statement);
  const events = await createEvents(database);
  const runtime = createProcessRuntime({
    stateFolder: join(folder, 'runtime'),
    metricsMilliseconds: { shortest: 200, longest: 1000 },
    idleMilliseconds: 5000,
  });
  const organisation = await firstOrganisation(database);
  const [user] = await selectRows<{ id: string }>(database.queries, sql`select id from users limit 1`);
  const parts = {
    database,
    events,
    objects: standInObjects(join(folder, 'objects')),
    data: standInData(),
    catalogue: standInCatalogue(),
    processes: standInProcesses(),
    runtime,
    log: process.env['FUSION_TEST_LOG'] ? said : silent,
  };
  return {
    folder,
    database,
    events,
    runtime,
    organisation,
    user: user!.id,
    parts,
    engine: async (settings = {}) =>
      await createExecutions({
        ...parts,
        settings: {
          attemptsFolder: join(folder, 'attempts'),
          slots: 2,
          stopDelaySeconds: 1,
          environment: {},
          readOnly: [],
          resyncSeconds: 1,
          ...settings,
        },
      }),
    close: async () => {
      await runtime.close();
      await events.close();
      await database.close();
    },
  };
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

export interface Step {
  readonly service: ServiceName;
  readonly options?: Readonly<Record<string, string | number | boolean | null>>;
  /** The step whose output it takes; the process's region without it. */
  readonly after?: number;
}

const outputTypes: Readonly<Record<ServiceName, string>> = {
  copy: 'GeoJSON',
  'exit-one': 'CSV',
  'no-output': 'CSV',
  endless: 'CSV',
  sleepy: 'CSV',
  chatty: 'CSV',
};

/** Stores a region and a process of these services over it. */
export async function addProcess(
  { database, folder, organisation }: World,
  steps: readonly Step[],
  options: { readonly price?: string; readonly start?: string; readonly period?: number } = {},
): Promise<string> {
  const region = randomUUID();
  const bytes = JSON.stringify({ type: 'Polygon', coordinates: [] });
  await writeFile(join(folder, 'objects', region), bytes);
  const files = [{ name: 'region.geojson', fileType: 'GeoJSON', objectKey: region, size: bytes.length }];
  await database.queries.execute(
    sql`insert into test_outputs (id, files) values (${region}, ${JSON.stringify(files)}::jsonb)`,
  );
  const components = steps.map(({ service, options: jobOptions = {}, after }, index): PlannedComponent => ({
    serviceId: serviceIds[service],
    ssdId: serviceIds[service],
    imageId: serviceIds[service],
    name: service,
    intermediate: index < steps.length - 1,
    resources: { cpu: 1, memoryMb: 256, storageGb: 1 },
    jobOptions,
    options: [],
    inputs: [
      {
        number: 1,
        fileType: 'GeoJSON',
        title: null,
        from:
          after === undefined
            ? { kind: 'data', dataId: region }
            : { kind: 'output', chainIndex: after, output: 1 },
      },
    ],
    outputs: [{ number: 1, name: 'Result', file_type: outputTypes[service] }],
  }));
  const id = randomUUID();
  const plan = { price: options.price ?? '2.5', options: [], components };
  await database.queries.execute(
    sql`insert into processes values (${id}, ${organisation}, 'Test', 'draft', 'run_once',
      ${options.start ?? new Date().toISOString()}, ${options.period ?? null}, ${JSON.stringify(plan)}::jsonb)`,
  );
  return id;
}

/** The only execution of a process, once it is as asked. */
export async function executionWhen(
  { events, organisation }: World,
  executions: Executions,
  processId: string,
  asked: (execution: Awaited<ReturnType<Executions['get']>>) => boolean,
) {
  for (;;) {
    let heard: () => void = () => {};
    const change = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const forget = events.hear('execution', undefined, heard);
    try {
      const { list } = await executions.list(organisation, processId, { reverse: true, limit: 1 });
      if (list[0] && asked(list[0])) return list[0];
      await change;
    } finally {
      forget();
    }
  }
}

export const ended = (execution: { readonly progress: number }): boolean => execution.progress >= 100;

/** What an organisation has left, as exact text. */
export async function creditsOf({ database, organisation }: World): Promise<string> {
  const [row] = await selectRows<{ sum: string }>(
    database.queries,
    sql`select sum(amount)::float8::text as sum from ledger where organisation_id = ${organisation}`,
  );
  return row!.sum;
}
