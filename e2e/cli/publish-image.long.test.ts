import { execFileSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  startPodman,
  testImage,
  whyNoPodman,
} from '../../apps/platform/src/runtimes/container/testing/podman.ts';
import type { TestPodman } from '../../apps/platform/src/runtimes/container/testing/podman.ts';
import { square } from '../support/flow.ts';
import type { Receipt } from '../../apps/cli/src/receipt/index.ts';
import { email, password, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { writeService } from '../support/service.ts';
import { copyScript, writeImageService } from '../support/small-services.ts';
import { installCommand } from './support/command.ts';
import type { InstalledCommand } from './support/command.ts';
import { inTerminal, ptyMissing } from './support/terminal.ts';

const missing = whyNoPodman();
const noTerminal = await ptyMissing();

describe.skipIf(missing !== undefined)(
  `a service of one's own that is an image${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let folder: Awaited<ReturnType<typeof testFolder>>;
    let engine: TestPodman;
    let platform: RunningPlatform;
    let cli: InstalledCommand;

    beforeAll(async () => {
      [folder, engine] = await Promise.all([testFolder(), startPodman()]);
      const services = join(folder.path, 'services');
      await writeImageService(services, testImage);
      platform = await startPlatform(folder.path, {
        FUSION_SERVICES: services,
        FUSION_RUNTIME: 'container',
        FUSION_CONTAINER_SOCKET: engine.socketPath,
        FUSION_STOP_DELAY_SECONDS: '0',
      });
      cli = await installCommand({
        FUSION_URL: platform.url,
        FUSION_EMAIL: email,
        FUSION_PASSWORD: password,
      });
      await writeFile(join(cli.folder, 'square.geojson'), JSON.stringify(square));
      for (const [last, name] of ['Boxed', 'Shown', 'Nowhere'].entries()) await writeOwn(name, last);
    });

    afterAll(async () => {
      await platform?.stop();
      await engine?.close();
      await Promise.all([folder?.remove(), cli?.remove()]);
    });

    /** A folder whose program is in the image, not in the folder. */
    async function writeOwn(name: string, last: number): Promise<void> {
      await writeService(cli.folder, {
        name,
        ssd_id: `6b0e8a1c-3f0a-4f53-9c50-0c3f39a7e02${last}`,
        command: ['/usr/bin/node', '-e', copyScript],
        inputs: [{ number: 1, file_type: 'GeoJSON' }],
        outputs: [{ number: 1, name: 'Copy', file_type: 'GeoJSON' }],
        resources: { cpu: 0.5, memory_mb: 256, storage_gb: 1 },
      });
    }

    test('is published by its reference, approved, and run in a container of it', async () => {
      const args = ['services', 'publish', 'boxed', '--image', testImage];
      expect(await cli.json(args)).toMatchObject({
        name: 'Boxed',
        version: 1,
        image: testImage,
        state: 'pending',
      });
      expect((await cli.run(['services', 'approve', 'Boxed@1'])).code).toBe(0);
      const started = await cli.run([
        'start',
        'Boxed',
        '-l',
        'square.geojson',
        '--name',
        'Ran',
        '--download',
      ]);
      expect([started.code, started.stderr]).toEqual([0, expect.stringContaining('Downloaded')]);
      const files = (await readdir(join(cli.folder, 'Ran'), { recursive: true })).filter((name) =>
        name.endsWith('/square.geojson'),
      );
      expect(files).toHaveLength(1);
      expect(JSON.parse(await readFile(join(cli.folder, 'Ran', files[0]!), 'utf8'))).toEqual(square);
      expect((await cli.run(['logs', 'Ran'])).stdout).toContain('Boxed copied square.geojson');
      // The receipt says by its digest which image it was.
      await cli.run(['receipt', 'Ran', '--to', 'ran.receipt']);
      const id = (await engine.podman('image', 'inspect', '--format', '{{.Id}}', testImage)).trim();
      const text = execFileSync('tar', ['-xzOf', join(cli.folder, 'ran.receipt'), 'receipt.json']).toString();
      const [execution] = (JSON.parse(text) as Receipt).executions;
      expect(execution!.components.map(({ service }) => service.image_digest)).toEqual([`sha256:${id}`]);
    });

    test('is published in a terminal, with what comes next', async ({ skip }) => {
      if (noTerminal) skip(noTerminal);
      const terminal = await inTerminal(cli, ['services', 'publish', 'shown', '--image', testImage], {
        columns: 200,
      });
      expect([await terminal.ended, terminal.text()]).toEqual([
        0,
        expect.stringMatching(/Published Shown, version 1[^]*waits for approval/),
      ]);
    });

    test('is not approved while the engine cannot have it, and has no archive to look at', async () => {
      const args = ['services', 'publish', 'nowhere', '--image', 'localhost/nowhere:1'];
      expect(await cli.json(args)).toMatchObject({ image: 'localhost/nowhere:1', state: 'pending' });
      const approved = await cli.run(['services', 'approve', 'Nowhere@1']);
      expect([approved.code, approved.stderr]).toEqual([
        4,
        expect.stringMatching(/is not approved: its image localhost\/nowhere:1 cannot be had/),
      ]);
      const fetched = await cli.run(['services', 'download', 'Boxed@1']);
      expect([fetched.code, fetched.stdout, fetched.stderr]).toEqual([
        expect.any(Number),
        '',
        expect.stringMatching(/image/),
      ]);
      expect(fetched.code).not.toBe(0);
    });
  },
);
