import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { CallError } from '@fusion-platform/contract';
import { sql } from 'drizzle-orm';
import { parse } from 'yaml';

import { selectRows } from '../../database/index.ts';
import type { Queries } from '../../database/index.ts';
import type {
  EngineCatalogue,
  EngineData,
  EngineManifest,
  EngineObjects,
  EnginePlan,
  EngineProcess,
  EngineProcesses,
} from '../context.ts';

const services = resolve(import.meta.dirname, '../../../../../e2e/services');

export const standInTables = [
  sql`create table if not exists test_outputs (
    id uuid primary key, execution_id uuid, fulfilled int not null default 0, files jsonb, ready boolean not null default true)`,
  sql`create table if not exists processes (
    id uuid primary key, organisation_id uuid not null, name text not null, process_status text not null,
    run_type text not null, repeat_start timestamptz not null, output_storage_period int, plan jsonb not null)`,
];

export function standInObjects(folder: string): EngineObjects {
  const localPath = (key: string) => join(folder, key);
  return {
    localPath,
    adopt: async (key, path) => {
      await mkdir(dirname(localPath(key)), { recursive: true });
      await cp(path, localPath(key));
      const bytes = await readFile(path);
      return { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    },
    remove: async (key) => await rm(localPath(key), { force: true }),
  };
}

interface OutputRow {
  readonly id: string;
  readonly fulfilled: number;
  readonly files: { name: string; fileType: string; objectKey: string; size: number }[] | null;
}

export function standInData(): EngineData {
  const read = async (queries: Queries, id: string) =>
    (await selectRows<OutputRow>(queries, sql`select * from test_outputs where id = ${id}`))[0];
  return {
    prepareOutput: async (tx, { id, executionId }) => {
      await tx.execute(sql`insert into test_outputs (id, execution_id) values (${id}, ${executionId})`);
    },
    fulfil: async (tx, id, files) => {
      await tx.execute(
        sql`update test_outputs set fulfilled = fulfilled + 1, files = ${JSON.stringify(files)}::jsonb where id = ${id}`,
      );
    },
    filesForJob: async (queries, id) =>
      ((await read(queries, id))?.files ?? []).map((file) => ({ ...file, crs: null })),
    regionOf: async () => ({ type: 'Polygon', coordinates: [] }),
    ready: async (queries, ids) => {
      const rows = await selectRows<{ ready: boolean }>(
        queries,
        sql`select ready from test_outputs where id::text = any (${sql.param([...ids])}::text[])`,
      );
      return rows.every(({ ready }) => ready);
    },
    removeOf: async (tx, executionId) => {
      const rows = await selectRows<OutputRow>(
        tx,
        sql`delete from test_outputs where execution_id = ${executionId} returning *`,
      );
      return rows.flatMap(({ files }) => (files ?? []).map(({ objectKey }) => objectKey));
    },
  };
}

interface ServiceFile {
  readonly name: string;
  readonly version: number;
  readonly command: string[];
}

/** The services of e2e/services, by the name of their folder in place of an id. */
export function standInCatalogue(): EngineCatalogue {
  return {
    manifest: async (_queries, serviceId): Promise<EngineManifest> => {
      const service = serviceNames.get(serviceId);
      if (!service) throw new CallError('not_found', `There is no service ${serviceId}`);
      const folder = join(services, service);
      const file = parse(await readFile(join(folder, 'service.yaml'), 'utf8')) as ServiceFile;
      const { name, version, command } = file;
      return { name, version, command, folder, environment: [], urls: [], cidrs: [] };
    },
  };
}

export const serviceIds = {
  copy: 'feb35911-a8ac-5660-9cc2-131249a826f4',
  'exit-one': 'cd5b7996-5fe8-578a-85d6-7081503aa5b5',
  'no-output': 'e4386e47-2171-55ea-88fc-7715063ce31c',
  endless: '3523d320-97bd-55ec-ae79-a913ffec9900',
  sleepy: 'a48fc862-1d38-5983-a4fa-885dfbd1995c',
  chatty: 'fec8271a-6ba1-5ce1-a66d-13fab1552a5a',
} as const;
export type ServiceName = keyof typeof serviceIds;
const serviceNames = new Map<string, string>(Object.entries(serviceIds).map(([name, id]) => [id, name]));

export function standInProcesses(): EngineProcesses {
  return {
    load: async (tx, organisationId, id) => {
      const [row] = await selectRows<EngineProcess & { plan: EnginePlan }>(
        tx,
        sql`select *, to_char(repeat_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') as repeat_start
          from processes where id = ${id} and organisation_id = ${organisationId} for update`,
      );
      if (!row) throw new CallError('not_found', `There is no process ${id} in this organisation`);
      return row;
    },
    plan: async (_tx, process) => (process as EngineProcess & { plan: EnginePlan }).plan,
    setStatus: async (tx, id, status) => {
      await tx.execute(sql`update processes set process_status = ${status} where id = ${id}`);
    },
    remove: async (tx, id) => {
      await tx.execute(sql`delete from processes where id = ${id}`);
    },
  };
}
