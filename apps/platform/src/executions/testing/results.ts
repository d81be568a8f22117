import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sql } from 'drizzle-orm';
import { stringify } from 'yaml';

import { firstOrganisation, firstStart } from '../../accounts/index.ts';
import { createCatalogue } from '../../catalogue/index.ts';
import type { Catalogue } from '../../catalogue/index.ts';
import { selectRows, tables } from '../../database/index.ts';
import { openTestDatabase } from '../../testing/prepared-database.ts';
import type { Database } from '../../database/index.ts';

type ExecutionValues = Partial<typeof tables.processExecutions.$inferInsert>;
type ComponentValues = Partial<typeof tables.processServiceExecutions.$inferInsert>;
type FileValues = Partial<typeof tables.dataFiles.$inferInsert>;

/** A database with a catalogue and what executions left in it, without an engine. */
export interface Results {
  readonly database: Database;
  readonly catalogue: Catalogue;
  readonly organisation: string;
  readonly user: string;
  /** Stores a service in the catalogue. @returns its ids */
  addService(
    parts: Readonly<Record<string, unknown>> & { readonly ssd_id?: string },
  ): Promise<{ readonly ssdId: string; readonly serviceId: string }>;
  addData(name: string, files?: readonly FileValues[], uploaded?: boolean): Promise<string>;
  addExecution(values?: ExecutionValues): Promise<string>;
  addComponent(
    executionId: string,
    service: { readonly ssdId: string; readonly serviceId: string },
    values?: ComponentValues,
  ): Promise<string>;
  close(): Promise<void>;
}

const began = '2026-03-01T09:01:00.000000+00:00';
const ended = '2026-03-01T09:01:42.000000+00:00';

export async function openResults(): Promise<Results> {
  const folder = await mkdtemp(join(tmpdir(), 'fusion-results-'));
  const database = await openTestDatabase();
  const { queries } = database;
  await firstStart(database, {
    email: 'ada@example.com',
    password: 'Sentinel-2a',
    organisation: 'Survey',
    credits: '100',
  });
  const organisation = await firstOrganisation(database);
  const [user] = await selectRows<{ id: string }>(queries, sql`select id from users limit 1`);
  const catalogue = createCatalogue({ database });
  let services = 0;
  return {
    database,
    catalogue,
    organisation,
    user: user!.id,
    addService: async (parts) => {
      const { ssd_id: ssdId = randomUUID() } = parts;
      services += 1;
      const own = join(folder, String(services));
      await mkdir(own);
      const outputs = [{ number: 1, name: 'Result', file_type: 'GeoTIFF' }];
      const description = { name: 'Slope', ssd_id: ssdId, version: 3, command: ['node'], outputs, ...parts };
      await writeFile(join(own, 'service.yaml'), stringify(description));
      const manifests = await catalogue.load([folder], organisation);
      return { ssdId, serviceId: manifests.find((manifest) => manifest.ssdId === ssdId)!.serviceId };
    },
    addData: async (name, files = [], uploaded = false) => {
      const id = randomUUID();
      await queries.insert(tables.data).values({
        id,
        organisation_id: organisation,
        name,
        ...(uploaded ? { uploaded_organisation_id: organisation } : {}),
      });
      for (const file of files)
        await queries.insert(tables.dataFiles).values({
          id: randomUUID(),
          organisation_id: organisation,
          data_id: id,
          file_id: randomUUID(),
          file_type: 'GeoTIFF',
          file_name: 'slope.tif',
          analysed_at: ended,
          ...file,
        });
      return id;
    },
    addExecution: async (values = {}) => {
      const id = randomUUID();
      await queries.insert(tables.processExecutions).values({
        id,
        organisation_id: organisation,
        process_id: randomUUID(),
        process_name: 'Slopes of Glasgow',
        options: [],
        chains: [],
        started_at: began,
        state: 'running',
        open_components: 0,
        price: '1',
        output_storage_days: 30,
        delete_expiry: ended,
        ...values,
      });
      return id;
    },
    addComponent: async (executionId, { ssdId, serviceId }, values = {}) => {
      const id = randomUUID();
      await queries.insert(tables.processServiceExecutions).values({
        id,
        organisation_id: organisation,
        process_execution_id: executionId,
        process_id: randomUUID(),
        service_id: serviceId,
        ssd_id: ssdId,
        image_id: randomUUID(),
        chain_index: 0,
        name: 'Slope',
        state: 'succeeded',
        started_at: began,
        ended_at: ended,
        cpu: 1,
        memory: 1024,
        storage: 4,
        options: [],
        job_options: {},
        job_inputs: [],
        job_outputs: [],
        depends_on: [],
        runnable: true,
        intermediate: false,
        ...values,
      });
      return id;
    },
    close: async () => {
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}
