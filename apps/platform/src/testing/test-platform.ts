import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { sql } from 'drizzle-orm';

import { firstOrganisation, firstStart } from '../accounts/index.ts';
import { createCatalogue } from '../catalogue/index.ts';
import type { Catalogue } from '../catalogue/index.ts';
import { createData } from '../data/index.ts';
import type { Data } from '../data/index.ts';
import { selectRows } from '../database/index.ts';
import { openTestDatabase } from './prepared-database.ts';
import { outsideTransactions } from './outside-transactions.ts';
import type { Database } from '../database/index.ts';
import { createEvents } from '../events/index.ts';
import { createFolderObjects } from '../objects/index.ts';
import type { Objects } from '../objects/index.ts';
import { createProcesses } from '../processes/index.ts';
import type { Processes } from '../processes/index.ts';

type DataFile = Awaited<ReturnType<Data['listFiles']>>['list'][number];

/** A platform without its engine and its server, with an organisation that has 100 credits. */
export interface TestPlatform {
  /** Of this platform alone; `services` in it is for service folders. */
  readonly folder: string;
  readonly database: Database;
  readonly objects: Objects;
  readonly data: Data;
  readonly catalogue: Catalogue;
  readonly processes: Processes;
  readonly organisation: string;
  readonly user: string;
  /** Stores a data item with one file, which waits to be analysed. */
  upload(name: string, fileType: string, content: string | Uint8Array): Promise<string>;
  /** The files of an item, once each is analysed, well or not. */
  analysed(dataId: string): Promise<DataFile[]>;
  /** The same once their ingesters have ended too. */
  extended(dataId: string): Promise<DataFile[]>;
  close(): Promise<void>;
}

const silent = { info: () => {}, warn: () => {}, error: () => {} };

/** @param options.analyse whether what is uploaded is analysed from the start; else once `data.start` is called */
export async function openTestPlatform({
  analyse = true,
  sentinel2Archive,
}: {
  readonly analyse?: boolean;
  readonly sentinel2Archive?: string | undefined;
} = {}): Promise<TestPlatform> {
  const folder = await mkdtemp(join(tmpdir(), 'fusion-platform-'));
  await mkdir(join(folder, 'services'));
  const database = await openTestDatabase();
  await firstStart(database, {
    email: 'ada@example.com',
    password: 'Sentinel-2a',
    organisation: 'Survey',
    credits: '100',
  });
  const organisation = await firstOrganisation(database);
  const [user] = await selectRows<{ id: string }>(database.queries, sql`select id from users limit 1`);
  const events = await createEvents(database);
  const objects = outsideTransactions(await createFolderObjects(join(folder, 'objects')));
  const data = await createData({
    database,
    objects,
    events,
    log: silent,
    settings: {
      maximumUploadBytes: 1_000_000,
      uploadCreditsPerGb: '10',
      analysisTimeoutSeconds: 60,
      analysisMemoryMb: 512,
      analysisProcesses: 2,
      analysisFolder: join(folder, 'analysis'),
      sentinel2Archive,
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
  if (analyse) await data.start();
  const files = async (dataId: string, isReady: (file: DataFile) => boolean): Promise<DataFile[]> => {
    for (;;) {
      const change = Promise.withResolvers<void>();
      const unsubscribe = events.subscribe('data', dataId, () => change.resolve());
      try {
        const { list } = await data.listFiles(organisation, dataId, {});
        if (list.length > 0 && list.every(isReady)) return list;
        await change.promise;
      } finally {
        unsubscribe();
      }
    }
  };
  return {
    folder,
    database,
    objects,
    data,
    catalogue,
    processes,
    organisation,
    user: user!.id,
    upload: async (name, fileType, content) => {
      const id = randomUUID();
      await data.create(organisation, { id, name });
      const { token } = await data.addFile(organisation, id, { name, file_type: fileType });
      const bytes = Buffer.from(content);
      const { signal } = new AbortController();
      await data.receiveUpload(token, { source: Readable.from([bytes]), length: bytes.length, signal });
      return id;
    },
    analysed: async (dataId) =>
      await files(dataId, ({ publishable, error }) => publishable !== null || error === true),
    extended: async (dataId) =>
      await files(
        dataId,
        ({ number_of_ingesters: count, ingesters }) =>
          typeof count === 'number' && Object.keys(ingesters ?? {}).length >= count,
      ),
    close: async () => {
      await data.close();
      await events.close();
      await database.close();
      await rm(folder, { recursive: true, maxRetries: 10 });
    },
  };
}
