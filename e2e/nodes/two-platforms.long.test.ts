import { join } from 'node:path';

import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { call, logIn } from '../support/api.ts';
import { flow, square } from '../support/flow.ts';
import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { postgresqlPrograms, startPostgresql } from '../support/postgresql.ts';
import { missingForS3, startS3 } from '../support/s3.ts';
import type { S3Server } from '../support/s3.ts';

const programs = await postgresqlPrograms();
const missing = programs ? await missingForS3() : 'PostgreSQL not installed';
const slots = 4;

describe.skipIf(missing)(`two platforms on one database and one bucket (${missing ?? 'all there'})`, () => {
  let folder: Awaited<ReturnType<typeof testFolder>>;
  let server: Awaited<ReturnType<typeof startPostgresql>>;
  let s3: S3Server;
  const running = new Map<string, RunningPlatform>();

  const bucket = (): Record<string, string> => ({
    FUSION_OBJECTS_S3_BUCKET: 'objects',
    FUSION_OBJECTS_S3_ENDPOINT: s3.endpoint,
    FUSION_OBJECTS_S3_ACCESS_KEY_ID: s3.accessKeyId,
    FUSION_OBJECTS_S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
  });
  const start = async (
    name: string,
    settings: Record<string, string> = bucket(),
  ): Promise<RunningPlatform> => {
    const platform = await startPlatform(join(folder.path, name), {
      DATABASE_URL: server.url,
      FUSION_SERVICES: join(root, 'e2e/services'),
      FUSION_STOP_DELAY_SECONDS: '0',
      FUSION_SLOTS: String(slots),
      ...settings,
    });
    running.set(name, platform);
    return platform;
  };
  const kill = async (name: string): Promise<void> => {
    await running.get(name)!.kill();
    running.delete(name);
  };

  beforeAll(async () => {
    folder = await testFolder();
    [server, s3] = await Promise.all([startPostgresql(programs!), startS3()]);
    const client = new S3Client({
      endpoint: s3.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: s3.accessKeyId, secretAccessKey: s3.secretAccessKey },
    });
    await client.send(new CreateBucketCommand({ Bucket: 'objects' }));
    client.destroy();
  }, 180_000);

  afterAll(async () => {
    for (const platform of running.values()) await platform.stop();
    await s3?.stop();
    await server?.stop();
    await folder?.remove();
  });

  test('each killed in turn: nothing is lost, succeeds twice, or is charged twice, and each reads what the other made', async () => {
    const first = await start('first');
    const session = await logIn(first.url, email, password);
    const before = flow(first.url, session);
    const { id: region } = await before.upload(JSON.stringify(square));

    /** Executes so many components of 4 s. @returns executions, and how many seconds all took */
    const load = async (count: number, meanwhile = async (): Promise<void> => undefined) => {
      const steps = flow([...running.values()][0]!.url, session);
      const made = [];
      for (let index = 0; index < count; index += 1)
        made.push(await steps.process('Sleepy', region, { seconds: '4' }));
      const begun = performance.now();
      const executions = [];
      for (const process_ of made) executions.push(await steps.execute(process_));
      await meanwhile();
      const asked = flow([...running.values()][0]!.url, session);
      for (const execution of executions) await asked.ended(execution, 300);
      return { executions, made, seconds: (performance.now() - begun) / 1000 };
    };

    const alone = await load(12);
    const second = await start('second');
    // A session of the first holds on the second.
    expect((await call(second.url, 'GET', `/users/${session.user}`, { token: session.token })).status).toBe(
      200,
    );
    const together = await load(12);
    console.log(
      `12 components of 4 s, ${slots} slots a node, both on one machine of 2 cores: one node ${alone.seconds.toFixed(1)} s, two ${together.seconds.toFixed(1)} s`,
    );

    const credits = await flow(second.url, session).credits();
    const chaos = await load(16, async () => {
      await kill('first');
      await start('first');
      await kill('second');
      await start('second');
    });
    const [one, two] = ['first', 'second'].map((name) => flow(running.get(name)!.url, session));
    const price = chaos.made.reduce((sum, process_) => sum + Number(process_['price']), 0);
    expect(credits - (await one!.credits())).toBeCloseTo(price, 6);
    for (const execution of chaos.executions) {
      expect(await one!.ended(execution)).toMatchObject({ success: true });
      const components = await two!.components(execution);
      expect(components).toHaveLength(1);
      const outputs = components[0]!['outputs'] as string[];
      expect(outputs).toHaveLength(1);
      for (const steps of [one!, two!]) {
        const files = await steps.list(`/data/${outputs[0]!}/files`);
        expect(files).toHaveLength(1);
        const bytes = await steps.download(outputs[0]!, files[0]!);
        expect(Buffer.from(bytes).toString()).toBe('seconds\n4\n');
      }
    }
  }, 600_000);

  test('one that keeps its files in a folder is refused, in a sentence', async () => {
    await expect(start('third', {})).rejects.toThrow(/keeps its files in the bucket .* this one in a folder/);
  });
});
