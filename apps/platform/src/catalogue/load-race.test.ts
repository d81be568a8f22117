import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { asc } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';

import { postgresqlPrograms, startPostgresql } from '../../../../e2e/support/postgresql.ts';
import { firstOrganisation, firstStart } from '../accounts/index.ts';
import { openDatabase, tables } from '../database/index.ts';
import type { Database } from '../database/index.ts';
import { chooseLatest } from './latest.ts';
import { createCatalogue } from './index.ts';

const programs = await postgresqlPrograms();
const names = ['a', 'b', 'c', 'd'];

/** The embedded database runs one transaction at a time: only on a server can two hold what the other waits for. */
describe.skipIf(!programs)(`nodes that start at once on PostgreSQL (${programs ?? 'not installed'})`, () => {
  let server: Awaited<ReturnType<typeof startPostgresql>>;
  let folder: string;
  /** Each node has a database of its own to ask, as processes do. */
  let nodes: Database[];
  let owner: string;
  const ssdIds = names.map(() => randomUUID());

  beforeAll(async () => {
    server = await startPostgresql(programs!);
    folder = await mkdtemp(join(tmpdir(), 'fusion-load-race-'));
    nodes = [];
    for (let node = 0; node < 4; node += 1) nodes.push(await openDatabase({ folder: '', url: server.url }));
    await firstStart(nodes[0]!, {
      email: 'ada@example.com',
      password: 'Sentinel-2a',
      organisation: 'Survey',
      credits: '1',
    });
    owner = await firstOrganisation(nodes[0]!);
  });
  afterAll(async () => {
    await Promise.all((nodes ?? []).map(async (node) => await node.close()));
    await server?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  /** A version of every service, each in a folder of services of its own. */
  async function write(version: number): Promise<string[]> {
    return await Promise.all(
      names.map(async (name, index) => {
        const parent = join(folder, String(version), name);
        await mkdir(join(parent, name), { recursive: true });
        const file = { name, ssd_id: ssdIds[index], version, command: ['node', 'main.mjs'], outputs: [] };
        await writeFile(join(parent, name, 'service.yaml'), stringify(file));
        return parent;
      }),
    );
  }

  test('list the same folders in any order, while a version is chosen, and all start', async () => {
    for (let version = 1; version <= 10; version += 1) {
      const folders = await write(version);
      await Promise.all([
        ...nodes.map(async (database, node) => {
          const order = node % 2 === 0 ? folders : folders.toReversed();
          await createCatalogue({ database }).load(order, owner);
        }),
        ...ssdIds.toReversed().map(async (ssdId) => {
          await nodes[0]!.transaction(async (tx) => await chooseLatest(tx, ssdId));
        }),
      ]);
      const { services } = tables;
      const rows = await nodes[0]!.queries
        .select({ name: services.name, version: services.version, latest: services.latest })
        .from(services)
        .orderBy(asc(services.version), asc(services.name));
      expect(rows.filter(({ latest }) => latest)).toEqual(
        names.map((name) => ({ name, version, latest: true })),
      );
      expect(rows).toHaveLength(names.length * version);
    }
  });
});
