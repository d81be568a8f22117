import { join } from 'node:path';

import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';

import { root, startPlatform, testFolder } from './platform.ts';
import type { RunningPlatform } from './platform.ts';
import { startPostgresql } from './postgresql.ts';
import { startS3 } from './s3.ts';

/** Platforms on one PostgreSQL server and one bucket, each with a name and a folder of its own. */
export interface Nodes {
  /** Of the database. */
  readonly databaseUrl: string;
  /** Those that run, by name. */
  readonly running: ReadonlyMap<string, RunningPlatform>;
  start(name: string, settings?: Readonly<Record<string, string>>): Promise<RunningPlatform>;
  /** As a machine that loses power. */
  kill(name: string): Promise<void>;
  stop(name: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param programs of PostgreSQL
 * @param options.slots of each
 * @param options.prepare writes further services into a folder
 */
export async function openNodes(
  programs: string,
  { slots, prepare }: { readonly slots: number; readonly prepare?: (services: string) => Promise<void> },
): Promise<Nodes> {
  const folder = await testFolder();
  const services = join(folder.path, 'services');
  await prepare?.(services);
  const [server, s3] = await Promise.all([startPostgresql(programs), startS3()]);
  const running = new Map<string, RunningPlatform>();
  const client = new S3Client({
    endpoint: s3.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: s3.accessKeyId, secretAccessKey: s3.secretAccessKey },
  });
  await client.send(new CreateBucketCommand({ Bucket: 'objects' }));
  client.destroy();
  const bucket = {
    FUSION_OBJECTS_S3_BUCKET: 'objects',
    FUSION_OBJECTS_S3_ENDPOINT: s3.endpoint,
    FUSION_OBJECTS_S3_ACCESS_KEY_ID: s3.accessKeyId,
    FUSION_OBJECTS_S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
  };
  const folders = [join(root, 'e2e/services'), ...(prepare ? [services] : [])];
  return {
    databaseUrl: server.url,
    running,
    start: async (name, settings = bucket) => {
      const platform = await startPlatform(join(folder.path, name), {
        DATABASE_URL: server.url,
        FUSION_SERVICES: folders.join(','),
        FUSION_STOP_DELAY_SECONDS: '0',
        FUSION_SLOTS: String(slots),
        FUSION_GROUP_EXECUTIONS: String(4 * slots),
        ...settings,
      });
      running.set(name, platform);
      return platform;
    },
    kill: async (name) => {
      await running.get(name)!.kill();
      running.delete(name);
    },
    stop: async (name) => {
      await running.get(name)!.stop();
      running.delete(name);
    },
    close: async () => {
      for (const platform of running.values()) await platform.stop();
      await s3.stop();
      await server.stop();
      await folder.remove();
    },
  };
}
