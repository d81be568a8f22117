import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { bubblewrapWorks } from '../../apps/platform/src/runtimes/testing/bubblewrap.ts';
import { logIn } from '../support/api.ts';
import { flow, square } from '../support/flow.ts';
import type { Flow } from '../support/flow.ts';
import { email, password, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { writeService } from '../support/service.ts';
import { toldBy } from './told.ts';
import type { Told } from './told.ts';

/** Says where it is in every way that a service has, and fails. */
const talks = `
import { writeFileSync } from 'node:fs';
const job = process.env.FUSION_JOB_DIR;
writeFileSync('status.json', JSON.stringify({ progress: 50, comment: 'reads ' + job + '/inputs/1/region.geojson' }));
writeFileSync('outputs/1/a.csv', 'a');
writeFileSync('outcome.json', JSON.stringify({
  success: false, exit_type: 'refused', abort_reason: job + '/inputs/1/region.geojson holds no clouds',
  outputs: [{ number: 1, files: [{ path: job + '/elsewhere.csv' }] }],
}));
console.log('in ' + process.cwd());
console.error(new Error('at fault').stack);
process.exit(1);
`;

const services = {
  Talks: ['node', 'main.mjs'],
  // An interpreter that is not there: what starts it names the script.
  Script: ['./run.sh'],
  Right: ['node', '-e', `require('node:fs').writeFileSync('outputs/1/a.csv', 'a')`],
  Moved: ['node', 'main.mjs'],
};

/** A platform with those services, for the tests of one block. */
function running(sandbox: string, skip: boolean) {
  let folder: Awaited<ReturnType<typeof testFolder>>;
  let platform: RunningPlatform;
  let steps: Flow;
  let region: string;

  beforeAll(async () => {
    if (skip) return;
    folder = await testFolder();
    for (const [name, command] of Object.entries(services))
      await writeService(join(folder.path, 'services'), {
        name,
        ssd_id: randomUUID(),
        command,
        inputs: [{ number: 1, file_type: 'GeoJSON' }],
        outputs: [{ number: 1, name: 'Result', file_type: 'CSV' }],
        resources: { cpu: 0.5, memory_mb: 256, storage_gb: 1 },
      });
    await writeFile(join(folder.path, 'services/talks/main.mjs'), talks);
    await writeFile(join(folder.path, 'services/script/run.sh'), '#!/no/such/interpreter\n', { mode: 0o755 });
    platform = await startPlatform(folder.path, {
      FUSION_SERVICES: join(folder.path, 'services'),
      FUSION_SANDBOX: sandbox,
    });
    steps = flow(platform.url, await logIn(platform.url, email, password));
    region = (await steps.upload(JSON.stringify(square))).id;
  });

  afterAll(async () => {
    await platform?.stop();
    await folder?.remove();
  });

  /** The paths of this machine that an answer has in it, each with what stands before it. */
  const pathsIn = (answer: unknown): readonly string[] =>
    JSON.stringify(answer).match(new RegExp(`.{0,60}${folder.path}[^"]*`, 'g')) ?? [];

  /** Runs a service to its end. @returns all that a user can read of it, and its first reason */
  async function fails(
    service: string,
    input = region,
  ): Promise<{ readonly execution: string; readonly told: Told; readonly logs: string[] }> {
    const execution = await steps.execute(await steps.process(service, input));
    const ended = await steps.ended(execution);
    const [component] = await steps.components(execution);
    const path = `/process_service_executions/${String(component!['id'])}`;
    const logs = await steps.logs(component!);
    const all: unknown[] = [ended, component, logs, await steps.list(`${path}/attempts`)];
    for (const more of ['provenance', 'history']) all.push(await steps.must('GET', `${path}/${more}`));
    expect(pathsIn(all)).toEqual([]);
    return { execution, told: toldBy(component!)[0]!, logs };
  }

  return {
    fails,
    pathsIn,
    upload: async (...what: Parameters<Flow['upload']>) => await steps.upload(...what),
    at: (path: string) => join(folder.path, path),
  };
}

/** What fails names what the user knows, never where this platform keeps it: that is for its operator, in its log. */
describe.each(['always', 'never'])('paths of the machine, a sandbox is %s used', (sandbox) => {
  const skip = sandbox === 'always' && !bubblewrapWorks();
  const without = skip ? ' (skipped without bubblewrap)' : '';
  const { fails, at } = running(sandbox, skip);

  test.skipIf(skip)(`a service that says where it is${without}`, async () => {
    const { told, logs } = await fails('Talks');
    expect(told).toMatchObject({
      code: 'service_error',
      sentence: '/fusion/job/inputs/1/region.geojson holds no clouds',
    });
    expect(logs).toContain('in /fusion/job');
    expect(logs.join('\n')).toMatch(/file:\/\/\/fusion\/service\/main\.mjs:\d+/);
  });

  test.skipIf(skip)(`a script whose interpreter is not there${without}`, async () => {
    expect((await fails('Script')).told).toMatchObject({
      code: 'command_not_found',
      sentence: 'The command of the service, /fusion/service/run.sh, is not there',
      next_whose: 'user',
    });
  });

  test.skipIf(skip)(`a service whose folder is gone${without}`, async () => {
    const place = at('services/moved');
    await rename(place, at('elsewhere'));
    const { told } = await fails('Moved');
    await rename(at('elsewhere'), place);
    expect(told).toMatchObject({
      code: 'service_gone',
      kind: 'failing',
      sentence: 'The folder of its service Moved, version 1, is gone from where it was to run',
      evidence: { service: 'Moved', version: '1' },
      next_whose: 'operator',
    });
  });
});

describe('paths of the machine, where the machine itself is at fault', () => {
  const { fails, pathsIn, upload, at } = running('auto', false);

  test('an input that the disk does not give, and an output that it does not take', async () => {
    const content = JSON.stringify({ ...square, name: 'Broken' });
    const { id } = await upload(content);
    const stored = await storedAs(content);
    await rm(stored);
    // Something else where its bytes were, as on a disk that was repaired.
    await mkdir(stored);
    const outputs = at('platform/objects/outputs');
    await rm(outputs, { recursive: true, force: true });
    await writeFile(outputs, 'as where a disk is not mounted');
    const [input, output] = await Promise.all([fails('Right', id), fails('Right')]);
    await rm(outputs);
    expect(input.told).toMatchObject({
      code: 'input_unavailable',
      next_whose: 'operator',
    });
    expect(output.told).toMatchObject({
      code: 'platform_error',
      sentence: expect.stringMatching(/^The platform could not store what it made: E[A-Z]+: /) as string,
      evidence: { execution: output.execution },
      next_whose: 'operator',
    });
  });

  test('a file that cannot be used', async () => {
    const tiff = new Uint8Array([0x49, 0x49, 42, 0, 8, 0, 0, 0, 255, 255, 1, 2, 3]);
    for (const [content, name, fileType] of [
      [tiff, 'scene.tif', 'GeoTIFF'],
      ['{', 'region.geojson', 'GeoJSON'],
      [tiff, 'shape.zip', 'ESRI Shapefile'],
    ] as const) {
      const { file } = await upload(content, { name, fileType });
      expect(file['error']).toBe(true);
      expect(pathsIn(file)).toEqual([]);
    }
  });

  test.skipIf(!bubblewrapWorks())('a sandbox that cannot be made (skipped without bubblewrap)', async () => {
    const passwd = at('platform/runtime/sandbox/passwd');
    await rm(passwd);
    const { told } = await fails('Right');
    await writeFile(passwd, '');
    expect(told).toMatchObject({ code: 'no_sandbox', sentence: expect.stringMatching(/passwd/) as string });
  });

  test('a platform that cannot write to its disk, which its operator mends', async () => {
    const attempts = at('platform/attempts');
    await rename(attempts, `${attempts}-aside`);
    await writeFile(attempts, 'as where a disk is not mounted');
    const { told } = await fails('Right');
    expect(told).toMatchObject({
      code: 'platform_error',
      kind: 'failing',
      sentence: expect.stringMatching(/^The platform could not run it: E[A-Z]+: /) as string,
      next_whose: 'operator',
      next_move: 'Read the log of the platform, mend what it says, then try again',
    });
    expect(await readFile(at('platform.log'), 'utf8')).toContain(attempts);
  });

  /** Where the platform keeps what was uploaded. */
  async function storedAs(content: string): Promise<string> {
    const uploads = at('platform/objects/uploads');
    for (const entry of await readdir(uploads, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && (await readFile(path, 'utf8')) === content) return path;
    }
    throw new Error('the upload is not in the folder of objects');
  }
});
