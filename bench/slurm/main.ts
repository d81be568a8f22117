/** What the platform takes on top of a Slurm cluster of two nodes: from a call to a running command, and a group of short jobs. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { startSlurm, whyNoSlurm } from '../../apps/platform/src/runtimes/slurm/testing/slurm-cluster.ts';
import type { SlurmCluster } from '../../apps/platform/src/runtimes/slurm/testing/slurm-cluster.ts';
import { logIn, until } from '../../e2e/support/api.ts';
import { flow } from '../../e2e/support/flow.ts';
import type { Flow } from '../../e2e/support/flow.ts';
import { email, password, startPlatform, testFolder } from '../../e2e/support/platform.ts';
import { region } from '../engine/groups.ts';
import { writeChain } from '../engine/services.ts';
import { spreadOf, told } from '../statistics.ts';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '100' },
    /** How long each of them sleeps. */
    seconds: { type: 'string', default: '0.5' },
    rounds: { type: 'string', default: '10' },
  },
});
const jobs = Number(values.jobs);
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
/** As the platform asks for it: a CPU, and the memory of the service and of what starts it. */
const room = ['--parsable', '--nodes=1', '--ntasks=1', '--cpus-per-task=1', '--mem=192M'];
const whenItBegan = 'date +%s.%N';

const missing = whyNoSlurm();
if (missing !== undefined) throw new Error(`There is no Slurm cluster to measure: ${missing}`);
const folder = await testFolder();
const cluster = await startSlurm();
try {
  await measure(cluster, folder.path);
} finally {
  await cluster.close();
  await folder.remove();
}

async function measure(slurm: SlurmCluster, path: string): Promise<void> {
  const services = join(path, 'services');
  const command = ['/bin/sh', 'main.sh'];
  const script = (text: string) => ({ 'main.sh': `${text}\necho done > outputs/1/result.bin\n` });
  const common = { command, length: 1, memoryMb: 64 };
  await writeChain(services, { ...common, name: 'Begin', files: script(whenItBegan) });
  // The region is of 99.2 square kilometres.
  const slicing = 99.2 / (jobs - 0.3);
  await writeChain(services, { ...common, name: 'Sleep', files: script(`sleep ${seconds}`), slicing });
  const platform = await startPlatform(path, {
    SLURM_CONF: slurm.configuration,
    FUSION_SERVICES: services,
    FUSION_RUNTIME: 'slurm',
    FUSION_SLURM_FOLDER: join(path, 'shared'),
    FUSION_SLURM_PARTITION: 'main',
    FUSION_STOP_DELAY_SECONDS: '0',
    FUSION_SLOTS: String(jobs),
    FUSION_GROUP_EXECUTIONS: String(jobs),
    FUSION_LOG_LEVEL: 'warn',
  });
  try {
    const analyst = flow(platform.url, await logIn(platform.url, email, password));
    const { id: data } = await analyst.upload(region);
    const bare: number[] = [];
    const ours: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      bare.push(await beginBare(slurm, join(path, `begin-${round}`)));
      ours.push(await beginOurs(analyst, data));
    }
    const [bareBegin, ourBegin] = [spreadOf(bare), spreadOf(ours)];
    console.log(
      `from the call to the running command, ${rounds} times: sbatch ${told(bareBegin, ' s')}, platform ${told(ourBegin, ' s')}, ratio ${(ourBegin.median / bareBegin.median).toFixed(2)}`,
    );
    const bareRate = jobs / (await manyBare(slurm));
    const { count, took } = await manyOurs(analyst, data);
    const rate = count / took;
    console.log(
      `${jobs} jobs of ${seconds} s on two nodes of 2 CPUs: sbatch ${bareRate.toFixed(2)} a second, platform ${rate.toFixed(2)} (${count} slices in ${took.toFixed(1)} s), ratio ${(rate / bareRate).toFixed(2)}`,
    );
  } finally {
    await platform.stop();
  }
}

async function beginBare(slurm: SlurmCluster, file: string): Promise<number> {
  const asked = Date.now() / 1000;
  await slurm.run('sbatch', ...room, '--output=/dev/null', `--wrap=${whenItBegan} > ${file}`);
  return await until('the job', 60, async () => {
    const began = Number(await readFile(file, 'utf8').catch(() => '0'));
    return { done: began > 0, value: began - asked };
  });
}

async function beginOurs(analyst: Flow, data: string): Promise<number> {
  const process = await analyst.process('Begin', data);
  const asked = Date.now() / 1000;
  const execution = await analyst.execute(process);
  if ((await analyst.ended(execution))['success'] !== true) throw new Error('an execution failed');
  const [component] = await analyst.components(execution);
  return Number((await analyst.logs(component!))[0]) - asked;
}

/** @returns how many seconds so many jobs took, submitted one after the other */
async function manyBare(slurm: SlurmCluster): Promise<number> {
  const begun = performance.now();
  for (let job = 0; job < jobs; job += 1)
    await slurm.run('sbatch', ...room, '--output=/dev/null', `--wrap=sleep ${seconds}`);
  await until('the jobs', 600, async () => {
    const open = await slurm.run(
      'squeue',
      '--noheader',
      '--states=PENDING,RUNNING,COMPLETING',
      '--format=%i',
    );
    return { done: open.trim() === '', value: open };
  });
  return (performance.now() - begun) / 1000;
}

/** @returns how many slices there were, and how many seconds they took */
async function manyOurs(
  analyst: Flow,
  data: string,
): Promise<{ readonly count: number; readonly took: number }> {
  const process = await analyst.process('Sleep', data);
  const begun = Date.now();
  await analyst.must('POST', `/processes/${String(process['id'])}/execute`);
  const ends = await until('the slices', 600, async () => {
    const { executions } = (await analyst.model('GET', `/processes/${String(process['id'])}`)) as {
      executions: { job_status: string; ended_at: string }[];
    };
    if (executions.some(({ job_status: status }) => status === 'failed'))
      throw new Error('an execution failed');
    return {
      done: executions.every(({ job_status: status }) => status === 'success'),
      value: executions.map(({ ended_at: at }) => Date.parse(at)),
    };
  });
  return { count: ends.length, took: (Math.max(...ends) - begun) / 1000 };
}
