import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { bubblewrapWorks } from '../../apps/platform/src/runtimes/testing/bubblewrap.ts';
import { logIn } from '../support/api.ts';
import { flow, square } from '../support/flow.ts';
import type { Flow } from '../support/flow.ts';
import { email, password, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { writeService } from '../support/service.ts';
import { runOnce, toldBy } from './told.ts';

let folder: Awaited<ReturnType<typeof testFolder>>;
let services: string;
let platform: RunningPlatform;
let steps: Flow;
let region: string;

const common = {
  inputs: [{ number: 1, file_type: 'GeoJSON' }],
  outputs: [{ number: 1, name: 'Result', file_type: 'CSV' }],
  resources: { cpu: 0.5, memory_mb: 256, storage_gb: 1 },
};
const writes = `require('node:fs').writeFileSync('outputs/1/a.csv', 'a')`;
const node = (script: string) => ['node', '-e', script];

/** Named by what is wrong with them. */
const wrong = {
  Right: { command: node(writes) },
  'Unreadable and failed': {
    command: node(`require('node:fs').writeFileSync('outcome.json', '{'); process.exit(3)`),
  },
  'Unreadable and empty': { command: node(`require('node:fs').writeFileSync('outcome.json', '[1]')`) },
  // 150,000 bytes: more than the kernel takes as one argument.
  'Too long': { command: node(`// ${'€'.repeat(50_000)}`) },
  Preloading: { command: node(writes), environment: [{ name: 'LD_PRELOAD', default: '/tmp/x.so' }] },
  Moved: { command: node(writes) },
};
const ids = Object.fromEntries(Object.keys(wrong).map((name) => [name, randomUUID()]));
const write = async (name: keyof typeof wrong, changed: object = {}): Promise<void> =>
  await writeService(services, {
    name,
    ssd_id: ids[name],
    id: ids[name],
    ...common,
    ...wrong[name],
    ...changed,
  });

async function start(): Promise<void> {
  platform = await startPlatform(folder.path, { FUSION_SERVICES: services });
  steps = flow(platform.url, await logIn(platform.url, email, password));
}

beforeAll(async () => {
  folder = await testFolder();
  services = join(folder.path, 'services');
  for (const name of Object.keys(wrong)) await write(name as keyof typeof wrong);
  await start();
  region = (await steps.upload(JSON.stringify(square))).id;
});

afterAll(async () => {
  await platform?.stop();
  await folder?.remove();
});

/** Runs a service. @returns how its component ended, and why */
async function failed(service: keyof typeof wrong) {
  const component = await runOnce(steps, await steps.process(service, region));
  const told = toldBy(component);
  expect(told).toHaveLength(1);
  // What clients read that know no reasons is the same.
  expect(component['abort_reason']).toBe(told[0]!.sentence);
  return { ...told[0]!, exitType: component['exit_type'] };
}

test('an outcome that cannot be read is named, whatever else is wrong', async () => {
  expect(await failed('Unreadable and failed')).toMatchObject({
    code: 'outcome_invalid',
    exitType: 'service_error',
    sentence:
      'It exited with 3. What the service says of its end, in outcome.json, cannot be read: it is not JSON',
    evidence: { message: 'it is not JSON', exit_code: '3' },
    next_whose: 'user',
    next_move: 'Tell the author of the service',
  });
  expect(await failed('Unreadable and empty')).toMatchObject({
    code: 'outcome_invalid',
    exitType: 'no_output',
    sentence: expect.stringMatching(
      /^It ended well but wrote nothing to output 1 \(Result\)\. What .* cannot be read: .*expected object/,
    ) as string,
    evidence: { exit_code: '0' },
  });
});

test('a command that the machine cannot launch says what the machine says', async () => {
  expect(await failed('Too long')).toMatchObject({
    code: 'cannot_start',
    exitType: 'platform_error',
    sentence: 'It could not be launched: spawn E2BIG',
    evidence: { runtime: 'process', message: 'spawn E2BIG' },
    next_whose: 'operator',
    next_move: 'See why commands cannot be launched there',
  });
});

test('what this platform does not run, and a service whose folder is gone, say so', async () => {
  expect(await failed('Preloading')).toMatchObject({
    code: 'not_accepted',
    exitType: 'platform_error',
    sentence:
      'It can never run here: The variable LD_PRELOAD is not for a component: it would change what starts its sandbox',
    evidence: { runtime: 'process' },
    next_whose: 'operator',
    next_move: 'Change what the runtime allows, or the description of the service',
  });
  await rename(join(services, 'moved'), join(folder.path, 'elsewhere'));
  const told = await failed('Moved');
  await rename(join(folder.path, 'elsewhere'), join(services, 'moved'));
  expect(told).toMatchObject({
    code: 'service_gone',
    exitType: 'platform_error',
    sentence: 'The folder of its service Moved, version 1, is gone from where it was to run',
    evidence: { service: 'Moved', version: '1' },
    next_whose: 'operator',
    next_move:
      'Put the folder back, or start the platform again with the service in FUSION_SERVICES, then try again',
  });
});

describe.skipIf(!bubblewrapWorks())('in a sandbox (skipped without bubblewrap)', () => {
  test('one that cannot be made any more says so in the words of bubblewrap', async () => {
    // As what tidies up /tmp does.
    await rm(join(folder.path, 'platform', 'runtime', 'sandbox', 'passwd'));
    const told = await failed('Right');
    await writeFile(join(folder.path, 'platform', 'runtime', 'sandbox', 'passwd'), '');
    expect(told).toMatchObject({
      code: 'no_sandbox',
      exitType: 'platform_error',
      sentence: expect.stringMatching(
        /^The sandbox that services run in could not be made: bwrap: Can't find source path .*passwd/,
      ) as string,
      evidence: { message: expect.stringMatching(/^bwrap: Can't find/) as string },
      next_whose: 'operator',
      next_move: expect.stringContaining('fusion-platform doctor') as string,
    });
  });
});

test('one that is run although an earlier one was equal says what has changed', async () => {
  const process = await steps.process('Right', region, {}, { reuse: true });
  const first = await runOnce(steps, process);
  expect((await runOnce(steps, process))['reused_from']).toBe(first['id']);
  // The same version with another command, as while a service is being written.
  await platform.stop();
  await write('Right', { command: node(`${writes} // once more`) });
  await start();
  const second = await runOnce(steps, process);
  expect([second['success'], second['reused_from']]).toEqual([true, undefined]);
  expect(toldBy(second)).toMatchObject([
    { code: 'not_reused' },
    {
      code: 'reuse_description',
      kind: 'not_reused',
      sentence: 'The description of its service has changed, and its version has not',
      evidence: { earlier: first['id'] },
      next_whose: 'platform',
      next_move: 'Runs it',
    },
  ]);
});
