import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Flow } from '../../e2e/support/flow.ts';
import type { RunningPlatform } from '../../e2e/support/platform.ts';
import { processorMilliseconds, supervisorOf } from '../processor-time.ts';
import { bareLoop } from './bare-loop.ts';
import { writeChain } from './services.ts';

/** What the project promises: throughput of a bare loop's by how long a component takes, and what the rest is like meanwhile. */
const targets = {
  ofBare: (seconds: number) => (seconds >= 1 ? 0.9 : 0.7),
  p95Milliseconds: 50,
  memoryMb: 600,
};
const length = 3;

/** A square of about 10 by 10 km: 100 slices of a km² and 1,000 of a tenth. */
const side = 0.09;
const box = [
  [0, 0],
  [side, 0],
  [side, side],
  [0, side],
  [0, 0],
];
export const region = JSON.stringify({ type: 'Polygon', coordinates: [box] });
const areaKm2 = 99.2;

/** So many slices of three components that take so long each. */
export interface Group {
  readonly count: number;
  readonly seconds: number;
}

const nameOf = ({ count, seconds }: Group): string => `Slices${count} of ${seconds * 1000} ms`;
const scriptOf = ({ seconds }: Group): string => `sleep ${seconds}\necho done > outputs/1/result.bin\n`;

export async function writeGroup(services: string, group: Group): Promise<void> {
  await writeChain(services, {
    name: nameOf(group),
    command: ['/bin/sh', 'main.sh'],
    files: { 'main.sh': scriptOf(group) },
    length,
    memoryMb: 64,
    slicing: areaKm2 / (group.count - 0.3),
  });
}

/** Runs a group, looking at one of its executions all the time, and the same commands without an engine. */
export async function runGroup(
  platform: RunningPlatform,
  analyst: Flow,
  group: Group,
  { data, slots, bare }: { readonly data: string; readonly slots: number; readonly bare: number },
): Promise<(readonly [string, boolean])[]> {
  const process = await analyst.process(nameOf(group), data);
  const id = String(process['id']);
  const supervisor = supervisorOf(platform.folder);
  const before = processorMilliseconds(platform.child.pid!);
  const beforeOfSupervisor = processorMilliseconds(supervisor);
  const start = Date.now();
  await analyst.must('POST', `/processes/${id}/execute`);
  const rows = Date.now() - start;
  const { answers, peak } = await watch(platform, analyst, id);
  const used = processorMilliseconds(platform.child.pid!) - before;
  const usedBySupervisor = processorMilliseconds(supervisor) - beforeOfSupervisor;
  const ends = (await executionsOf(analyst, id)).map(({ ended_at }) => Date.parse(ended_at));
  // How a region is cut is the platform's: by its area alone it cannot be foretold to the slice.
  if (Math.abs(ends.length / group.count - 1) > 0.05)
    throw new Error(`there were ${ends.length} slices, not ${group.count}`);
  // By the clock of the platform, from when all rows were there: the looks of this program are no time of the engine's.
  const components = ends.length * length;
  const perSecond = (components * 1000) / (Math.max(...ends) - start - rows);
  const loop = await bareLoop(join(platform.folder, 'bare'), scriptOf(group), { count: bare, slots });
  const ratio = perSecond / loop;
  const p95 = answers.toSorted((a, b) => a - b)[Math.floor(answers.length * 0.95)]!;
  console.log(
    `${nameOf(group)}, ${length} components each: rows in ${(rows / 1000).toFixed(1)} s; ${perSecond.toFixed(2)} components a second on ${slots} slots, ` +
      `bare loop ${loop.toFixed(2)}, ratio ${ratio.toFixed(2)}; processor time of the platform ${(used / components).toFixed(1)} ms a component, of its supervisor ${(usedBySupervisor / components).toFixed(1)} ms; GET execution p95 ${p95.toFixed(1)} ms of ${answers.length}; peak ${peak.toFixed(0)} MB`,
  );
  const least = targets.ofBare(group.seconds);
  return [
    [`${nameOf(group)}: throughput ${ratio.toFixed(2)} of a bare loop's, at least ${least}`, ratio >= least],
    [
      `${nameOf(group)}: GET execution p95 ${p95.toFixed(1)} ms, at most ${targets.p95Milliseconds}`,
      p95 <= targets.p95Milliseconds,
    ],
    [
      `${nameOf(group)}: peak memory ${peak.toFixed(0)} MB, at most ${targets.memoryMb}`,
      peak <= targets.memoryMb,
    ],
  ];
}

async function watch(
  platform: RunningPlatform,
  analyst: Flow,
  process: string,
): Promise<{ readonly answers: number[]; readonly peak: number }> {
  const [looked] = await analyst.list(`/processes/${process}/executions?limit=1`);
  const answers: number[] = [];
  let peak = 0;
  for (;;) {
    const before = performance.now();
    await analyst.model('GET', `/process_executions/${String(looked!['id'])}`);
    answers.push(performance.now() - before);
    peak = Math.max(peak, await residentMb(platform.child.pid!));
    if (answers.length % 20 === 0) {
      const executions = await executionsOf(analyst, process);
      if (executions.some(({ job_status }) => job_status === 'failed'))
        throw new Error('an execution failed');
      if (executions.every(({ job_status }) => job_status === 'success')) return { answers, peak };
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function executionsOf(
  analyst: Flow,
  process: string,
): Promise<readonly { readonly job_status: string; readonly ended_at: string }[]> {
  const model = await analyst.model('GET', `/processes/${process}`);
  return model['executions'] as { job_status: string; ended_at: string }[];
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
