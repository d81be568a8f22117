/** How many answers a second the hot reads give, side by side with bare Fastify that answers the same bytes. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { logIn } from '../../e2e/support/api.ts';
import { email, password, startPlatform, testFolder } from '../../e2e/support/platform.ts';
import { onEachDatabase } from '../databases.ts';
import { processorMilliseconds } from '../processor-time.ts';
import { spreadOf, told } from '../statistics.ts';
import { tellTargets } from '../targets.ts';
import { load } from './load.ts';
import type { Load } from './load.ts';
import { prepare } from './prepare.ts';

/** What the project promises: this part of what bare Fastify answers. */
const targets = { PGlite: 0.15, PostgreSQL: 0.25 } as const;

const { values } = parseArgs({
  options: {
    executions: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '10' },
    'no-postgresql': { type: 'boolean', default: false },
    /** A folder for a profile of the platform by `--cpu-prof`. */
    profile: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const count = Number(values.executions);
const options = { seconds: Number(values.seconds), connections: Number(values.connections) };

const judged: (readonly [string, boolean])[] = [];
console.log(
  `Node ${process.version}, ${availableParallelism()} cores, ${rounds} rounds of ${options.seconds} s, ` +
    `${options.connections} connections, ${count} executions of 3 components`,
);
await onEachDatabase({ postgresql: !values['no-postgresql'] }, onDatabase);
tellTargets(judged);

async function onDatabase(name: keyof typeof targets, database: Record<string, string>): Promise<void> {
  console.log(`\n${name}`);
  const folder = await testFolder();
  const settings = {
    ...database,
    FUSION_SERVICES: join(folder.path, 'services'),
    FUSION_STOP_DELAY_SECONDS: '0',
    FUSION_LOG_LEVEL: 'warn',
  };
  try {
    const prepared = await prepare(folder.path, settings, count);
    const platform = await startPlatform(folder.path, {
      ...settings,
      ...(values.profile ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${join(values.profile, name)}` } : {}),
    });
    try {
      const { token, organisation } = await logIn(platform.url, email, password);
      const at = `/organisations/${organisation}`;
      const executions = prepared.executions.map((id) => `${at}/process_executions/${id}`);
      await compare(name, { url: platform.url, pid: platform.child.pid!, token }, [
        ['component', prepared.components.map((id) => `${at}/process_service_executions/${id}`)],
        ['execution', executions],
        [`list of ${count} executions`, [`${at}/processes/${prepared.process}/executions?limit=${count}`]],
        [
          'list of the components of an execution',
          executions.map((path) => `${path}/process_service_executions`),
        ],
      ]);
    } finally {
      await platform.stop();
    }
    await askAlone(join(folder.path, 'platform', 'database'), database['DATABASE_URL'], prepared.components);
  } finally {
    await folder.remove();
  }
}

/** What the same database gives to a server that asks it for a component, and does nothing else. */
async function askAlone(
  folder: string,
  url: string | undefined,
  components: readonly string[],
): Promise<void> {
  const child = fork(join(import.meta.dirname, 'asking.ts'));
  try {
    child.send({ folder, ...(url === undefined ? {} : { url }) });
    const [address] = (await once(child, 'message')) as [string];
    const paths = components.map((id) => `/${id}`);
    await load(address, paths, { ...options, seconds: 1 });
    const all: Measured[] = [];
    for (let round = 0; round < rounds; round += 1)
      all.push(await measured(child.pid!, async () => await load(address, paths, options)));
    console.log(
      `component by a server that asks who and for the row, and does nothing else: ` +
        `${told(spreadOf(all.map(({ perSecond }) => perSecond)), '', 0)} answers a second; ` +
        `processor time of an answer ${told(spreadOf(all.map(({ microseconds }) => microseconds)), ' µs', 0)}`,
    );
  } finally {
    child.kill();
    await once(child, 'exit');
  }
}

async function compare(
  name: keyof typeof targets,
  { url, pid, token }: { readonly url: string; readonly pid: number; readonly token: string },
  reads: readonly (readonly [string, readonly string[]])[],
): Promise<void> {
  const samples: Record<string, unknown> = {};
  for (const [, paths] of reads) {
    const response = await fetch(`${url}${paths[0]!}`, { headers: { authorization: `Bearer ${token}` } });
    samples[bare(paths)] = await response.json();
  }
  const child = fork(join(import.meta.dirname, 'bare.ts'));
  try {
    child.send(samples);
    const [address] = (await once(child, 'message')) as [string];
    for (const [what, paths] of reads) {
      const ours: Measured[] = [];
      const theirs: Measured[] = [];
      const askOurs = async () =>
        await measured(pid, async () => await load(url, paths, { ...options, token }));
      const askTheirs = async () =>
        await measured(child.pid!, async () => await load(address, [bare(paths)], options));
      await load(url, paths, { ...options, seconds: 1, token });
      await load(address, [bare(paths)], { ...options, seconds: 1 });
      for (let round = 0; round < rounds; round += 1) {
        const first = round % 2 === 0 ? undefined : await askTheirs();
        ours.push(await askOurs());
        theirs.push(first ?? (await askTheirs()));
      }
      const ratio = spreadOf(ours.map(({ perSecond }, round) => perSecond / theirs[round]!.perSecond));
      const spent = spreadOf(ours.map(({ microseconds }) => microseconds));
      const bareSpent = spreadOf(theirs.map(({ microseconds }) => microseconds));
      console.log(
        `${what}: ${told(spreadOf(ours.map(({ perSecond }) => perSecond)), '', 0)} answers a second of ` +
          `${(ours[0]!.bytes / 1000).toFixed(1)} kB, p95 ${told(spreadOf(ours.map(({ p95 }) => p95)), ' ms', 1)}; ` +
          `bare Fastify ${told(spreadOf(theirs.map(({ perSecond }) => perSecond)), '', 0)} of ${(theirs[0]!.bytes / 1000).toFixed(1)} kB; ratio ${told(ratio)}; ` +
          `processor time of an answer ${told(spent, ' µs', 0)}, bare ${told(bareSpent, ' µs', 0)}: ${(bareSpent.median / spent.median).toFixed(2)}`,
      );
      judged.push([
        `${name}, ${what}: ${ratio.median.toFixed(2)} of bare Fastify, at least ${targets[name]}`,
        ratio.median >= targets[name],
      ]);
    }
  } finally {
    child.kill();
  }
}

interface Measured extends Load {
  /** Of processor time that the server took for an answer. */
  readonly microseconds: number;
}

async function measured(pid: number, ask: () => Promise<Load>): Promise<Measured> {
  const before = processorMilliseconds(pid);
  const asked = await ask();
  return { ...asked, microseconds: ((processorMilliseconds(pid) - before) * 1000) / asked.count };
}

/** The path by which bare Fastify knows a read. */
function bare(paths: readonly string[]): string {
  return paths[0]!.split('?')[0]!;
}
