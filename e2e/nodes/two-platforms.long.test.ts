import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { call, logIn } from '../support/api.ts';
import { flow, square } from '../support/flow.ts';
import { openNodes } from '../support/nodes.ts';
import type { Nodes } from '../support/nodes.ts';
import { email, password } from '../support/platform.ts';
import { postgresqlPrograms } from '../support/postgresql.ts';
import { missingForS3 } from '../support/s3.ts';

const programs = await postgresqlPrograms();
const missing = programs ? await missingForS3() : 'PostgreSQL not installed';
const slots = 4;

describe.skipIf(missing)(`two platforms on one database and one bucket (${missing ?? 'all there'})`, () => {
  let nodes: Nodes;

  beforeAll(async () => {
    nodes = await openNodes(programs!, { slots });
  });
  afterAll(async () => await nodes?.close());

  test('each killed in turn: nothing is lost, succeeds twice, or is charged twice, and each reads what the other made', async () => {
    const first = await nodes.start('first');
    const session = await logIn(first.url, email, password);
    const before = flow(first.url, session);
    const { id: region } = await before.upload(JSON.stringify(square));

    /** Executes so many components of 4 s. @returns executions, and how many seconds all took */
    const load = async (count: number, meanwhile = async (): Promise<void> => undefined) => {
      const steps = flow([...nodes.running.values()][0]!.url, session);
      const made = [];
      for (let index = 0; index < count; index += 1)
        made.push(await steps.process('Sleepy', region, { seconds: '4' }));
      const begun = performance.now();
      const executions = [];
      for (const process_ of made) executions.push(await steps.execute(process_));
      await meanwhile();
      const asked = flow([...nodes.running.values()][0]!.url, session);
      for (const execution of executions) await asked.ended(execution, 300);
      return { executions, made, seconds: (performance.now() - begun) / 1000 };
    };

    const alone = await load(12);
    const second = await nodes.start('second');
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
      await nodes.kill('first');
      await nodes.start('first');
      await nodes.kill('second');
      await nodes.start('second');
    });
    const [one, two] = ['first', 'second'].map((name) => flow(nodes.running.get(name)!.url, session));
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
  });

  test('one that keeps its files in a folder is refused, in a sentence', async () => {
    await expect(nodes.start('third', {})).rejects.toThrow(
      /keeps its files in the bucket .* this one in a folder/,
    );
  });
});
