/** What the engine takes on top of what it runs: chains beside a bare loop, and groups of slices. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';

import { logIn } from '../../e2e/support/api.ts';
import { flow } from '../../e2e/support/flow.ts';
import type { Flow } from '../../e2e/support/flow.ts';
import { email, password, startPlatform, testFolder } from '../../e2e/support/platform.ts';
import type { RunningPlatform } from '../../e2e/support/platform.ts';
import { postgresqlPrograms, startPostgresql } from '../../e2e/support/postgresql.ts';
import { spreadOf, told } from '../statistics.ts';
import { fibonacci, writeChain } from './services.ts';

/** What the project promises. */
const targets = { timesFlat: 1.5, p95Milliseconds: 50, memoryMb: 1024 };

const { values } = parseArgs({
  options: {
    slices: { type: 'string', default: '100,1000' },
    rounds: { type: 'string', default: '3' },
    'no-postgresql': { type: 'boolean', default: false },
    'no-groups': { type: 'boolean', default: false },
    'no-chains': { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const sizes = values.slices.split(',').map(Number);
const run = promisify(execFile);

/** A square of about 10 by 10 km: 100 slices of a km² and 1,000 of a tenth. */
const side = 0.09;
const box = [
  [0, 0],
  [side, 0],
  [side, side],
  [0, side],
  [0, 0],
];
const region = JSON.stringify({ type: 'Polygon', coordinates: [box] });
const areaKm2 = 99.2;

const judged: (readonly [string, boolean])[] = [];
console.log(`Node ${process.version}, ${availableParallelism()} cores, ${rounds} rounds`);
await onDatabase('PGlite', {});
const programs = values['no-postgresql'] ? undefined : await postgresqlPrograms();
if (programs) {
  const server = await startPostgresql(programs);
  try {
    await onDatabase('PostgreSQL', { DATABASE_URL: server.url });
  } finally {
    await server.stop();
  }
} else if (!values['no-postgresql']) console.log('PostgreSQL: not measured, it is not installed');
for (const [what, met] of judged) console.log(`${met ? 'met' : 'MISSED'}  ${what}`);
process.exitCode = judged.every(([, met]) => met) ? 0 : 1;

async function onDatabase(name: string, settings: Record<string, string>): Promise<void> {
  console.log(`\n${name}`);
  const folder = await testFolder();
  const services = join(folder.path, 'services');
  const chains = [
    { name: 'Fib10', n: 10, length: 40 },
    { name: 'Fib33', n: 33, length: 10 },
  ];
  for (const { name: chain, n, length } of chains)
    await writeChain(services, {
      name: chain,
      command: ['node', 'main.mjs'],
      files: { 'main.mjs': fibonacci(n) },
      length,
    });
  for (const count of sizes)
    await writeChain(services, {
      name: `Slices${count}`,
      command: ['/bin/sh', 'main.sh'],
      files: { 'main.sh': 'echo done > outputs/1/result.bin\n' },
      length: 3,
      slicing: areaKm2 / (count - 0.3),
    });
  const platform = await startPlatform(folder.path, {
    ...settings,
    FUSION_SERVICES: services,
    FUSION_STOP_DELAY_SECONDS: '0',
    FUSION_SLOTS: '2',
    FUSION_LOG_LEVEL: 'warn',
  });
  try {
    const analyst = flow(platform.url, await logIn(platform.url, email, password));
    const { id: data } = await analyst.upload(region);
    if (!values['no-chains'])
      for (const { name: chain, length } of chains) await beside(analyst, services, chain, length, data);
    if (!values['no-groups']) await groups(platform, analyst, data);
  } finally {
    await platform.stop();
    await folder.remove();
  }
}

/** A chain beside a bare loop that spawns the same commands, round by round. */
async function beside(
  analyst: Flow,
  services: string,
  chain: string,
  length: number,
  data: string,
): Promise<void> {
  const folder = join(services, '..', 'bare');
  await mkdir(join(folder, 'outputs', '1'), { recursive: true });
  const path = join(folder, 'main.mjs');
  await writeFile(path, await readFile(join(services, `${chain.toLowerCase()}-0`, 'main.mjs')));
  const bare = async (): Promise<number> => {
    const start = performance.now();
    for (let number = 0; number < length; number += 1)
      await run(process.execPath, [path], { cwd: folder, env: {} });
    return performance.now() - start;
  };
  const ours = async (): Promise<number> => {
    const process = await analyst.process(chain, data);
    const execution = await analyst.execute(process);
    const ended = await analyst.ended(execution, 600);
    if (ended['success'] !== true) throw new Error(JSON.stringify(ended));
    // By the clock of the platform: the polling of this program is none of the engine's time.
    return Date.parse(String(ended['ended_at'])) - Date.parse(String(ended['started_at']));
  };
  await bare();
  await ours();
  const times: { bare: number; ours: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const first = round % 2 === 0 ? await bare() : undefined;
    const own = await ours();
    times.push({ ours: own, bare: first ?? (await bare()) });
  }
  const each = spreadOf(times.map((time) => (time.ours - time.bare) / length));
  console.log(
    `${chain}, ${length} components: ${told(spreadOf(times.map((time) => time.ours / 1000)), ' s')}, bare ${told(spreadOf(times.map((time) => time.bare / 1000)), ' s')}, ` +
      `${told(each, ' ms', 1)} a component on top`,
  );
}

/** Groups of slices of three components each: what the engine takes a component, and how the API answers meanwhile. */
async function groups(platform: RunningPlatform, analyst: Flow, data: string): Promise<void> {
  const each: number[] = [];
  for (const count of sizes) {
    const process = await analyst.process(`Slices${count}`, data);
    const start = performance.now();
    await analyst.must('POST', `/processes/${String(process['id'])}/execute`);
    const rows = performance.now() - start;
    const answers: number[] = [];
    let peak = 0;
    const { list } = await firstPage(analyst, String(process['id']));
    const looked = list[0]!;
    for (;;) {
      const before = performance.now();
      await analyst.model('GET', `/process_executions/${String(looked['id'])}`);
      answers.push(performance.now() - before);
      peak = Math.max(peak, await residentMb(platform.child.pid!));
      if (answers.length % 20 === 0 && (await groupEnded(analyst, process))) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const milliseconds = performance.now() - start - rows;
    const components = count * 3;
    each.push(milliseconds / components);
    const p95 = answers.toSorted((a, b) => a - b)[Math.floor(answers.length * 0.95)]!;
    console.log(
      `${count} slices of 3 components: rows in ${(rows / 1000).toFixed(1)} s, run in ${(milliseconds / 1000).toFixed(1)} s, ` +
        `${(milliseconds / components).toFixed(1)} ms a component on 2 slots; GET execution p95 ${p95.toFixed(1)} ms; peak ${peak.toFixed(0)} MB`,
    );
    judged.push(
      [
        `${count} slices: GET execution p95 ${p95.toFixed(1)} ms, at most ${targets.p95Milliseconds}`,
        p95 <= targets.p95Milliseconds,
      ],
      [
        `${count} slices: peak memory ${peak.toFixed(0)} MB, at most ${targets.memoryMb}`,
        peak <= targets.memoryMb,
      ],
    );
  }
  if (each.length > 1) {
    const flat = each.at(-1)! / each[0]!;
    judged.push([
      `a component takes ${flat.toFixed(2)} times as long of ${sizes.at(-1)} slices as of ${sizes[0]}, at most ${targets.timesFlat}`,
      flat <= targets.timesFlat,
    ]);
  }
}

async function firstPage(analyst: Flow, process: string) {
  return (await analyst.must('GET', `/processes/${process}/executions?limit=1`)) as {
    list: Record<string, unknown>[];
    last: unknown;
  };
}

async function groupEnded(analyst: Flow, process: Record<string, unknown>): Promise<boolean> {
  const model = await analyst.model('GET', `/processes/${String(process['id'])}`);
  const executions = model['executions'] as { job_status: string }[];
  if (executions.some(({ job_status }) => job_status === 'failed')) throw new Error('an execution failed');
  return executions.every(({ job_status }) => job_status === 'success');
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
