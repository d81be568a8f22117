import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startSlurm, whyNoSlurm } from '../../apps/platform/src/runtimes/slurm/testing/slurm-cluster.ts';
import type { SlurmCluster } from '../../apps/platform/src/runtimes/slurm/testing/slurm-cluster.ts';
import { logIn, until } from '../support/api.ts';
import { flow, square } from '../support/flow.ts';
import type { Flow } from '../support/flow.ts';
import { email, password, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { writeSmallServices } from '../support/small-services.ts';

const missing = whyNoSlurm();

describe.skipIf(missing !== undefined)(
  `a platform with a Slurm cluster${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let folder: Awaited<ReturnType<typeof testFolder>>;
    let cluster: SlurmCluster;
    let platform: RunningPlatform;
    let steps: Flow;
    let region: string;

    beforeAll(async () => {
      [folder, cluster] = await Promise.all([testFolder(), startSlurm()]);
      const services = join(folder.path, 'services');
      await writeSmallServices(services);
      platform = await startPlatform(folder.path, {
        SLURM_CONF: cluster.configuration,
        FUSION_SERVICES: services,
        FUSION_RUNTIME: 'slurm',
        FUSION_SLURM_FOLDER: join(folder.path, 'shared'),
        FUSION_SLURM_PARTITION: 'main',
        FUSION_SLURM_ARGUMENTS: '--comment=survey --nice',
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

    test('runs a chain as jobs of the cluster, with log, samples and outputs', async () => {
      const execution = await steps.execute(await steps.process('Second copy', region));
      expect(await steps.ended(execution)).toMatchObject({ success: true });
      for (const component of await steps.components(execution)) {
        expect(await steps.logs(component)).toEqual([`${String(component['name'])} copied region.geojson`]);
        expect(component['metrics']).not.toEqual([]);
        const [output] = component['outputs'] as string[];
        const [file] = await steps.list(`/data/${output!}/files`);
        const bytes = await steps.download(output!, file!);
        expect(JSON.parse(Buffer.from(bytes).toString())).toEqual(square);
      }
      const jobs = await cluster.run('squeue', '--noheader', '--states=all', '--format=%P %k %T');
      expect(jobs.trim().split('\n')).toEqual(Array(2).fill('main survey COMPLETED'));
    });

    test('says what waits in the queue of the cluster, and for what, until its job starts', async () => {
      const fill = ['--parsable', '--exclusive', '--nodes=1', '--output=/dev/null', '--wrap=sleep 600'];
      const fillers = [await cluster.run('sbatch', ...fill), await cluster.run('sbatch', ...fill)];
      await until('both nodes are full', 300, async () => {
        const running = await cluster.run('squeue', '--noheader', '--states=RUNNING', '--format=%i');
        return { done: running.trim().split('\n').length === 2, value: undefined };
      });
      const execution = await steps.execute(await steps.process('Second copy', region));
      const waits = await until('its job is queued', 300, async () => {
        const value = await steps.model('GET', `/process_executions/${execution}`);
        return { done: /Resources|Priority/.test(String(value['waiting_reason'])), value };
      });
      expect(waits).toMatchObject({ waiting_for: 'queue', progress: 0 });
      const [component] = await steps.components(execution);
      expect(component).toMatchObject({
        state: 'waiting',
        waiting_for: 'queue',
        reasons: [{ code: 'queue', kind: 'waiting', next_whose: 'platform' }],
      });
      // The cluster may change its mind about the reason, which is heard of a moment later.
      await until('the same reason as the cluster gives', 300, async () => {
        const [now] = await steps.components(execution);
        const [reason] = now!['reasons'] as { evidence: { name: string; value: string }[] }[];
        const evidence = new Map(reason!.evidence.map(({ name, value }) => [name, value]));
        const told = `${evidence.get('job')} ${evidence.get('cluster_reason')}`;
        const known = await cluster.run('squeue', '--noheader', '--states=PENDING', '--format=%i %r');
        return {
          done: known.trim() === told && /^\d+ (Resources|Priority)$/.test(told),
          value: { told, known },
        };
      });
      const freedAt = Date.now();
      await cluster.run('scancel', ...fillers.map((id) => id.trim()));
      expect(await steps.ended(execution)).toMatchObject({ success: true });
      const [first] = await steps.components(execution);
      // The wait is no part of how long it ran.
      expect(Date.parse(String(first!['started_at']))).toBeGreaterThanOrEqual(freedAt - 1000);
      expect(first).toMatchObject({ state: 'succeeded' });
    });

    test('says that a component had too little memory', async () => {
      const execution = await steps.execute(await steps.process('Hungry', region));
      const ended = await steps.ended(execution);
      expect(ended).toMatchObject({ success: false, exit_type: 'out_of_memory' });
    });
  },
);
