import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startSlurm, whyNoSlurm } from '../../apps/platform/src/runtimes/slurm/testing/slurm-cluster.ts';
import type { SlurmCluster } from '../../apps/platform/src/runtimes/slurm/testing/slurm-cluster.ts';
import { logIn, until } from '../support/api.ts';
import { flow, square } from '../support/flow.ts';
import type { Flow } from '../support/flow.ts';
import { email, password, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { writeService } from '../support/service.ts';
import { runOnce, toldBy } from './told.ts';
import type { Told } from './told.ts';

const missing = whyNoSlurm();
const resources = { cpu: 1, memory_mb: 256, storage_gb: 1 };
const services = {
  Endless: { command: ['node', '-e', `console.log('up'); setInterval(() => 0, 1000)`], resources },
  'Large memory': { command: ['node', '-e', ''], resources: { ...resources, memory_mb: 1_000_000 } },
  'Many processors': { command: ['node', '-e', ''], resources: { ...resources, cpu: 64 } },
};

describe.skipIf(missing !== undefined)(
  `reasons on a Slurm cluster${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let folder: Awaited<ReturnType<typeof testFolder>>;
    let cluster: SlurmCluster;
    let platform: RunningPlatform;
    let steps: Flow;
    let region: string;

    beforeAll(async () => {
      [folder, cluster] = await Promise.all([testFolder(), startSlurm()]);
      for (const [last, [name, parts]] of Object.entries(services).entries())
        await writeService(join(folder.path, 'services'), {
          name,
          ssd_id: `6b0e8a1c-3f0a-4f53-9c50-0c3f39a7e03${last}`,
          inputs: [{ number: 1, file_type: 'GeoJSON' }],
          outputs: [{ number: 1, name: 'Result', file_type: 'CSV' }],
          ...parts,
        });
      platform = await startPlatform(folder.path, {
        SLURM_CONF: cluster.configuration,
        FUSION_SERVICES: join(folder.path, 'services'),
        FUSION_RUNTIME: 'slurm',
        FUSION_SLURM_FOLDER: join(folder.path, 'shared'),
        FUSION_STOP_DELAY_SECONDS: '0',
      });
      steps = flow(platform.url, await logIn(platform.url, email, password));
      region = (await steps.upload(JSON.stringify(square))).id;
    });

    afterAll(async () => {
      await platform?.stop();
      await cluster?.close();
      await folder?.remove();
    });

    /** The component of an execution, once its first reason, or that it has none, is as asked. */
    async function told(
      execution: string,
      asked: (first: Told | undefined) => boolean,
    ): Promise<Told | undefined> {
      return await until('its reason is as asked', 300, async () => {
        const [component] = await steps.components(execution);
        const [first] = toldBy(component!);
        return { done: asked(first), value: first };
      });
    }

    test('memory that no node has is refused at once; processors that none has wait, and say so', async () => {
      const memory = await runOnce(steps, await steps.process('Large memory', region));
      const sentence =
        'No node has the 1000000 MiB of memory that it needs: Memory specification can not be satisfied. ' +
        'Batch job submission failed: Requested node configuration is not available';
      expect(memory).toMatchObject({ exit_type: 'platform_error', abort_reason: sentence });
      expect(toldBy(memory)).toMatchObject([
        {
          code: 'memory_on_no_node',
          sentence,
          evidence: { needed: '1000000' },
          next_whose: 'user',
          next_move: 'Choose a smaller region, or ask for less memory for the service',
        },
      ]);
      const process = await steps.process('Many processors', region);
      const execution = await steps.execute(process);
      expect(await told(execution, (first) => first?.code === 'unschedulable')).toMatchObject({
        sentence:
          'The cluster will not start its job as things are: its partition has no node with what it asks for (PartitionConfig)',
      });
      await steps.must('POST', `/processes/${String(process['id'])}/stop`);
      expect(toldBy(await steps.ended(execution))).toMatchObject([{ code: 'stopped' }]);
    });

    test('a job that the cluster holds says so and goes on once it is released; one that is cancelled there says that', async () => {
      await cluster.run('scontrol', 'update', 'PartitionName=main', 'State=DOWN');
      const execution = await steps.execute(await steps.process('Endless', region));
      const waits = await told(execution, (first) => first?.code === 'queue');
      const job = waits!.evidence['job']!;
      await cluster.run('scontrol', 'hold', job);
      expect(await told(execution, (first) => first?.code === 'unschedulable')).toMatchObject({
        kind: 'waiting',
        sentence:
          'The cluster will not start its job as things are: it is held in the cluster (JobHeldAdmin)',
        evidence: { runtime: 'slurm', cluster_reason: 'JobHeldAdmin', job },
        next_whose: 'operator',
        next_move: 'Change what the cluster allows, or stop it and ask for less',
      });
      await cluster.run('scontrol', 'update', 'PartitionName=main', 'State=UP');
      await cluster.run('scontrol', 'release', job);
      await until('its command runs', 300, async () => {
        const [component] = await steps.components(execution);
        return { done: (await steps.logs(component!)).includes('up'), value: component };
      });
      // By somebody at the cluster, not by a user of the platform.
      await cluster.run('scancel', job);
      const ended = await steps.ended(execution);
      const [component] = await steps.components(execution);
      const sentence = 'It was ended from outside the platform: no user stopped it';
      expect(component).toMatchObject({ exit_type: 'service_error', abort_reason: sentence });
      expect(toldBy(component!)).toMatchObject([
        {
          code: 'ended_outside',
          kind: 'failing',
          sentence,
          evidence: { runtime: 'slurm' },
          next_whose: 'operator',
          next_move: 'See who ended it on the machine or in the cluster',
        },
      ]);
      expect(toldBy(ended)).toMatchObject([{ code: 'component_failed', sentence: `Endless: ${sentence}` }]);
    });
  },
);
