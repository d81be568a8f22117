import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { roles } from '@fusion-platform/contract';
import { eq } from 'drizzle-orm';
import { afterAll, expect, test } from 'vitest';
import { stringify } from 'yaml';

import { postgresqlPrograms, startPostgresql } from '../../../../../e2e/support/postgresql.ts';
import { addOrganisation, firstStart } from '../../accounts/index.ts';
import { openDatabase, tables } from '../../database/index.ts';
import type { Database } from '../../database/index.ts';
import { createFolderObjects } from '../../objects/index.ts';
import { openTestDatabase } from '../../testing/prepared-database.ts';
import { createPackages, createPublished } from '../index.ts';

const programs = await postgresqlPrograms();
const closers: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closers.toReversed()) await close();
});

const databases: { kind: string; open: () => Promise<Database> }[] = [
  { kind: 'the embedded database', open: openTestDatabase },
  {
    kind: `a server of PostgreSQL${programs ? '' : ' (skipped: PostgreSQL is not installed)'}`,
    open: async () => {
      const server = await startPostgresql(programs!);
      closers.push(async () => await server.stop());
      return await openDatabase({ folder: '', url: server.url });
    },
  },
];

test.for(databases)(
  'of organisations that publish under one new SSD at the same time one wins, and the others are told: $kind',
  async ({ kind, open }, { skip }) => {
    if (kind.includes('skipped')) skip(kind);
    const database = await open();
    closers.push(async () => await database.close());
    const folder = await mkdtemp(join(tmpdir(), 'fusion-race-'));
    closers.push(async () => await rm(folder, { recursive: true, force: true }));
    const password = 'Sentinel-2a';
    await firstStart(database, {
      email: 'ada@example.com',
      password,
      organisation: 'Operator',
      credits: '1',
    });
    const runtime = async () => ({ name: 'c', isolation: 'container' as const, programs: ['image'] });
    const objects = await createFolderObjects(join(folder, 'objects'));
    const packages = await createPackages({ objects, folder: join(folder, 'p'), prepare: async () => {} });
    const published = createPublished({ database, packages, runtime });
    const asker = async (name: string) => ({
      organisationId: await addOrganisation(database, { name, credits: '1' }),
      userId: randomUUID(),
      roles,
    });
    const askers = await Promise.all(['A', 'B', 'C', 'D'].map(asker));
    for (let round = 0; round < 5; round += 1) {
      const ssd_id = randomUUID();
      const outcomes = await Promise.allSettled(
        askers.map(async (by, index) => {
          // The number of the version does not keep them apart.
          const version = 1 + ((index + round) % 3);
          const description = { name: 'Raced', ssd_id, version, image: 'registry.example/a:1', outputs: [] };
          return await published.publish(by, { serviceFile: stringify(description) });
        }),
      );
      const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
      expect(refused).toHaveLength(askers.length - 1);
      for (const error of refused)
        expect(error).toMatchObject({
          code: 'conflict',
          message: expect.stringContaining('is the SSD of another organisation') as string,
        });
      const rows = await database.queries
        .select()
        .from(tables.services)
        .where(eq(tables.services.ssd_id, ssd_id));
      expect(rows).toHaveLength(1);
    }
  },
);
