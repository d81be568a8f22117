/** What the engine takes on top of what it runs: chains beside a bare loop, and groups of slices beside a loop of sandboxes. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';

import { logIn } from '../../e2e/support/api.ts';
import { flow } from '../../e2e/support/flow.ts';
import type { Flow } from '../../e2e/support/flow.ts';
import { email, password, startPlatform, testFolder } from '../../e2e/support/platform.ts';
import { onEachDatabase } from '../databases.ts';
import { spreadOf, told } from '../statistics.ts';
import { tellTargets } from '../targets.ts';
import { region, runGroup, writeGroup } from './groups.ts';
import { fibonacci, writeChain } from './services.ts';

const { values } = parseArgs({
  options: {
    slices: { type: 'string', default: '100,1000' },
    /** How long a component of a group takes, in seconds. */
    durations: { type: 'string', default: '1,0.1' },
    slots: { type: 'string', default: '4' },
    /** How many sandboxed commands the bare loop runs. */
    bare: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '3' },
    'no-postgresql': { type: 'boolean', default: false },
    'no-groups': { type: 'boolean', default: false },
    'no-chains': { type: 'boolean', default: false },
    /** A folder for a profile of the platform by `--cpu-prof`. */
    profile: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const sizes = values.slices.split(',').map(Number);
const durations = values.durations.split(',').map(Number);
const slots = Number(values.slots);
const run = promisify(execFile);

const judged: (readonly [string, boolean])[] = [];
console.log(`Node ${process.version}, ${availableParallelism()} cores, ${rounds} rounds`);
await onEachDatabase({ postgresql: !values['no-postgresql'] }, onDatabase);
tellTargets(judged);

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
  const groups = durations.flatMap((seconds) => sizes.map((count) => ({ count, seconds })));
  if (!values['no-groups']) for (const group of groups) await writeGroup(services, group);
  const platform = await startPlatform(folder.path, {
    ...settings,
    FUSION_SERVICES: services,
    FUSION_STOP_DELAY_SECONDS: '0',
    FUSION_SLOTS: String(slots),
    FUSION_LOG_LEVEL: 'warn',
    ...(values.profile ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${join(values.profile, name)}` } : {}),
  });
  try {
    const analyst = flow(platform.url, await logIn(platform.url, email, password));
    const { id: data } = await analyst.upload(region);
    if (!values['no-chains'])
      for (const { name: chain, length } of chains) await beside(analyst, services, chain, length, data);
    if (!values['no-groups'])
      for (const group of groups)
        judged.push(
          ...(await runGroup(platform, analyst, group, { data, slots, bare: Number(values.bare) })).map(
            ([what, met]) => [`${name}, ${what}`, met] as const,
          ),
        );
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
