import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  startPodman,
  testImage,
  whyNoPodman,
} from '../../apps/platform/src/runtimes/container/testing/podman.ts';
import type { TestPodman } from '../../apps/platform/src/runtimes/container/testing/podman.ts';
import { logIn } from '../support/api.ts';
import { flow, square } from '../support/flow.ts';
import type { Flow } from '../support/flow.ts';
import { email, password, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { writeImageService, writeSmallServices } from '../support/small-services.ts';

const missing = whyNoPodman();

describe.skipIf(missing !== undefined)(
  `a platform with containers${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let folder: Awaited<ReturnType<typeof testFolder>>;
    let engine: TestPodman;
    let platform: RunningPlatform;
    let steps: Flow;
    let region: string;
    let settings: Record<string, string>;

    beforeAll(async () => {
      [folder, engine] = await Promise.all([testFolder(), startPodman()]);
      const services = join(folder.path, 'services');
      await writeSmallServices(services);
      await writeImageService(services, testImage);
      settings = {
        FUSION_SERVICES: services,
        FUSION_RUNTIME: 'container',
        FUSION_CONTAINER_SOCKET: engine.socketPath,
        FUSION_STOP_DELAY_SECONDS: '0',
      };
      platform = await startPlatform(folder.path, { ...settings, FUSION_CONTAINER_IMAGE: testImage });
      steps = flow(platform.url, await logIn(platform.url, email, password));
      region = (await steps.upload(JSON.stringify(square))).id;
    });

    afterAll(async () => {
      await platform?.stop();
      await engine?.close();
      await folder?.remove();
    });

    async function run(service: string) {
      const execution = await steps.execute(await steps.process(service, region));
      const ended = await steps.ended(execution);
      return { ended, components: await steps.components(execution) };
    }

    test('says at its start what runs components and what that isolates', async () => {
      const log = await readFile(join(folder.path, 'platform.log'), 'utf8');
      expect(log).toMatch(/"runtime":"container","isolation":"container"/);
      expect(log).toMatch(/quota of the container/);
    });

    test('runs a chain of commands in the image of the settings, with log, samples and outputs', async () => {
      const { ended, components } = await run('Second copy');
      expect(ended).toMatchObject({ success: true });
      expect(components.map(({ name }) => name)).toEqual(['First copy', 'Second copy']);
      for (const component of components) {
        expect(component).toMatchObject({ success: true });
        expect(await steps.logs(component)).toEqual([`${String(component['name'])} copied region.geojson`]);
        expect(component['metrics']).not.toEqual([]);
        const [output] = component['outputs'] as string[];
        const [file] = await steps.list(`/data/${output!}/files`);
        const bytes = await steps.download(output!, file!);
        expect(JSON.parse(Buffer.from(bytes).toString())).toEqual(square);
      }
    });

    test('runs a service that is an image, and writes down which one it was', async () => {
      const { ended, components } = await run('Image copy');
      expect(ended).toMatchObject({ success: true });
      expect(await steps.logs(components[0]!)).toEqual(['Image copy copied region.geojson']);
      const provenance = await steps.must(
        'GET',
        `/process_service_executions/${String(components[0]!['id'])}/provenance`,
      );
      const id = (await engine.podman('image', 'inspect', '--format', '{{.Id}}', testImage)).trim();
      expect(JSON.stringify(provenance)).toContain(`"fusion:image_digest":"sha256:${id}"`);
    });

    test('says that a component had too little memory', async () => {
      const { ended, components } = await run('Hungry');
      expect(ended).toMatchObject({ success: false, exit_type: 'out_of_memory' });
      expect(String(components[0]!['abort_reason'])).toMatch(/256 MiB of memory/);
    });

    test.each([
      ['without an image for commands', {}, /FUSION_CONTAINER_IMAGE: .*"First copy", "Hungry"/],
      [
        'with a socket that is not there',
        { FUSION_CONTAINER_SOCKET: '/nowhere.sock' },
        /FUSION_CONTAINER_SOCKET: there is no \/nowhere\.sock/,
      ],
      [
        'of processes with a service that is an image',
        { FUSION_RUNTIME: 'process', FUSION_CONTAINER_SOCKET: '' },
        /process runs no images.*"Image copy"/,
      ],
    ])('does not start %s, and says what to do', async (name, changed, reason) => {
      const place = join(folder.path, name.replaceAll(' ', '-'));
      await expect(startPlatform(place, { ...settings, ...changed })).rejects.toThrow(reason);
    });
  },
);
