import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { open, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  startPodman,
  testImage,
  whyNoPodman,
} from '../../apps/platform/src/runtimes/container/testing/podman.ts';
import type { TestPodman } from '../../apps/platform/src/runtimes/container/testing/podman.ts';
import { logIn, until } from '../support/api.ts';
import { flow, square } from '../support/flow.ts';
import type { Flow } from '../support/flow.ts';
import { email, password, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { writeService } from '../support/service.ts';
import { runOnce, toldBy } from './told.ts';
import type { Told } from './told.ts';

const missing = whyNoPodman();

/** Takes connections and never answers, until it is told to refuse everybody. */
async function silentRegistry(): Promise<{ readonly server: Server; refuse(): void }> {
  const held = new Set<Socket>();
  let refuses = false;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (refuses) socket.destroy();
    else held.add(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    refuse: () => {
      refuses = true;
      for (const socket of held) socket.destroy();
    },
  };
}

describe.skipIf(missing !== undefined)(
  `reasons of containers${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let folder: Awaited<ReturnType<typeof testFolder>>;
    let engine: TestPodman;
    let registry: Awaited<ReturnType<typeof silentRegistry>>;
    let slowImage: string;
    let platform: RunningPlatform;
    let steps: Flow;
    let region: string;

    const write = async (name: string, last: number, image: string, parts: object = {}): Promise<void> =>
      await writeService(join(folder.path, 'services'), {
        name,
        ssd_id: `6b0e8a1c-3f0a-4f53-9c50-0c3f39a7e04${last}`,
        image,
        command: ['/usr/bin/node', '-e', `require('node:fs').writeFileSync('outputs/1/a.csv', 'a')`],
        inputs: [{ number: 1, file_type: 'GeoJSON' }],
        outputs: [{ number: 1, name: 'Result', file_type: 'CSV' }],
        resources: { cpu: 0.5, memory_mb: 256, storage_gb: 1 },
        ...parts,
      });
    const start = async (): Promise<void> => {
      platform = await startPlatform(folder.path, {
        FUSION_SERVICES: join(folder.path, 'services'),
        FUSION_RUNTIME: 'container',
        FUSION_CONTAINER_SOCKET: engine.socketPath,
        FUSION_STOP_DELAY_SECONDS: '0',
      });
      steps = flow(platform.url, await logIn(platform.url, email, password));
    };

    beforeAll(async () => {
      [folder, engine, registry] = await Promise.all([testFolder(), startPodman(), silentRegistry()]);
      slowImage = `127.0.0.1:${(registry.server.address() as AddressInfo).port}/slow:1`;
      await write('Right', 0, testImage);
      await write('Slow', 1, slowImage);
      await start();
      region = (await steps.upload(JSON.stringify(square))).id;
    });

    afterAll(async () => {
      registry?.refuse();
      await platform?.stop();
      await engine?.close();
      registry?.server.close();
      await folder?.remove();
    });

    /** The component of an execution, once its first reason has that code. */
    async function waitsFor(execution: string, code: string): Promise<Told> {
      return await until(`it waits for ${code}`, 300, async () => {
        const [component] = await steps.components(execution);
        const [first] = toldBy(component!);
        return { done: first?.code === code, value: first! };
      });
    }

    test('an image that is being pulled is waited for, and one that cannot be had is named', async () => {
      const execution = await steps.execute(await steps.process('Slow', region));
      expect(await waitsFor(execution, 'image')).toMatchObject({
        kind: 'waiting',
        sentence: `The image ${slowImage} of its service is being pulled`,
        evidence: { image: slowImage, done: '0' },
        next_whose: 'platform',
        next_move: 'Runs it when the image is here',
      });
      registry.refuse();
      await steps.ended(execution);
      const [component] = await steps.components(execution);
      expect(component).toMatchObject({ exit_type: 'platform_error', runtime: 0 });
      expect(toldBy(component!)).toMatchObject([
        {
          code: 'image_unavailable',
          kind: 'failing',
          sentence: expect.stringMatching(new RegExp(`^Its image ${slowImage} cannot be had: `)) as string,
          evidence: { image: slowImage, host: slowImage.split('/')[0] },
          next_whose: 'operator',
          next_move: 'See that the image is there and that its registry can be reached, then try again',
        },
      ]);
    });

    test('inputs that are being brought to it are waited for', async () => {
      const content = JSON.stringify({ ...square, name: 'Slow to arrive' });
      const { id } = await steps.upload(content);
      // A pipe in place of the stored bytes, as a disk that does not answer.
      const path = await storedAs(content);
      await rm(path);
      execFileSync('mkfifo', [path]);
      const execution = await steps.execute(await steps.process('Right', id));
      expect(await waitsFor(execution, 'staging')).toMatchObject({
        kind: 'waiting',
        sentence: `Its inputs are being brought to where it runs: 0 of ${content.length} bytes are there`,
        evidence: { done: '0', total: String(content.length) },
        next_whose: 'platform',
        next_move: 'Runs it when its inputs are there',
      });
      await (await open(path, 'w')).close();
      expect(await steps.ended(execution)).toMatchObject({ success: true });
    });

    /** Where the platform keeps what was uploaded. */
    async function storedAs(content: string): Promise<string> {
      const uploads = join(folder.path, 'platform', 'objects', 'uploads');
      for (const entry of await readdir(uploads, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        if (entry.isFile() && (await readFile(path, 'utf8')) === content) return path;
      }
      throw new Error('the upload is not in the folder of objects');
    }

    test('another image of a newer version is named where an earlier run is not reused', async () => {
      const process = await steps.process('Right', region, {}, { reuse: true });
      const first = await runOnce(steps, process);
      await platform.stop();
      await engine.podman('tag', testImage, 'localhost/fusion-newer:1');
      await write('Right', 0, 'localhost/fusion-newer:1', { version: 2 });
      await start();
      const second = await runOnce(steps, await steps.process('Right', region, {}, { reuse: true }));
      expect(toldBy(second)).toMatchObject([
        { code: 'not_reused' },
        { code: 'reuse_service' },
        {
          code: 'reuse_image',
          kind: 'not_reused',
          sentence: `The image of its service was ${testImage} and is localhost/fusion-newer:1`,
          evidence: { earlier: first['id'], was: testImage, now: 'localhost/fusion-newer:1' },
          next_whose: 'platform',
          next_move: 'Runs it',
        },
      ]);
    });
  },
);
