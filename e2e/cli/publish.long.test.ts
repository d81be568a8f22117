import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { bubblewrapWorks } from '../../apps/platform/src/runtimes/testing/bubblewrap.ts';
import { call, logIn } from '../support/api.ts';
import { people, Publishing } from './support/publishing.ts';
import type { Version } from './support/publishing.ts';
import { inTerminal, ptyMissing } from './support/terminal.ts';

const noSandbox = bubblewrapWorks() ? undefined : 'there is no bubblewrap here, so services are not taken';
const missing = await ptyMissing();
let on: Publishing;

beforeAll(async () => {
  on = await Publishing.open();
});
afterAll(async () => await on?.close());

describe.skipIf(noSandbox !== undefined)(
  `a service of one’s own${noSandbox ? ` (${noSandbox})` : ''}`,
  () => {
    test('is published, run by its organisation alone, approved by the platform’s, and then run by all', async () => {
      await on.run('author', 'services', 'init', 'Boxes');
      const published = await on.json<Version>('author', 'services', 'publish', 'boxes');
      const fresh = { name: 'Boxes', version: 1, state: 'pending', latest: true, unchanged: false };
      expect(published).toMatchObject(fresh);
      // The same again, as after an answer that got lost, is the same version.
      expect(await on.json<Version>('author', 'services', 'publish', 'boxes')).toMatchObject({
        id: published.id,
        unchanged: true,
      });
      expect((await on.run('author', 'services', 'publish', 'boxes')).stdout).toMatch(
        /^Boxes, version 1, is there already .*nothing has changed/,
      );

      expect(await on.names('author')).toContain('Boxes 1');
      expect(await on.names('other')).not.toContain('Boxes 1');
      const sample = ['--input-list', 'boxes/sample/region.geojson', '--options', 'margin=0.5'];
      const started = await on.run('author', 'start', 'Boxes', ...sample, '--download');
      expect([started.code, started.stderr]).toEqual([0, expect.any(String)]);
      const files = (await readdir(on.cli.folder, { recursive: true })).filter((name) =>
        name.endsWith('boxes.geojson'),
      );
      const made = JSON.parse(await readFile(on.path(files[0]!), 'utf8')) as {
        features: { geometry: { coordinates: number[][][] } }[];
      };
      expect(made.features[0]!.geometry.coordinates[0]![0]![0]).toBeCloseTo(-4.8, 9);

      // Who approves can see what it runs; others cannot.
      const archive = await on.json<{ path: string; sha256: string }>(
        'operator',
        'services',
        'download',
        'Boxes@1',
      );
      const bytes = await readFile(on.path(archive.path));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(archive.sha256);
      const listed = execFileSync('tar', ['-tzf', on.path(archive.path)])
        .toString()
        .trim()
        .split('\n');
      expect(listed).toEqual([
        'README.md',
        'main.ts',
        'package.json',
        'sample/region.geojson',
        'service.yaml',
      ]);
      expect((await on.run('other', 'services', 'download', published.id)).code).toBe(5);
      const guessed = await fetch(`${on.platform.url}/service-archives/${archive.sha256}`);
      expect(guessed.status).toBe(403);

      // Not even with every role in its own organisation does an author approve what runs for others.
      const own = await on.run('author', 'services', 'approve', 'Boxes@1');
      expect([own.code, own.stderr]).toEqual([
        4,
        expect.stringMatching(/organisation that runs the platform/),
      ]);
      const foreign = await on.run('other', 'services', 'approve', published.id);
      expect([foreign.code, foreign.stderr]).toEqual([5, expect.stringMatching(/no published version/)]);
      const approved = await on.run('operator', 'services', 'approve', 'Boxes@1');
      expect([approved.code, approved.stdout]).toEqual([0, `Approved Boxes, version 1 ${published.id}\n`]);
      expect(await on.names('other')).toContain('Boxes 1');
      const theirs = await on.run('other', 'start', 'Boxes', ...sample, '--download');
      expect([theirs.code, theirs.stderr]).toEqual([0, expect.any(String)]);
    });

    test('shows its upload and what comes next in a terminal', async ({ skip }) => {
      if (missing) skip(missing);
      await on.run('author', 'services', 'init', 'Shown');
      const terminal = await inTerminal(on.cli, ['services', 'publish', 'shown'], {
        columns: 160,
        env: on.as('author'),
      });
      expect(await terminal.ended).toBe(0);
      expect(terminal.text()).toMatch(/Published Shown, version 1/);
      expect(terminal.text()).toMatch(/Uploading|Checking/);
      expect(terminal.text()).toMatch(/waits for approval[\s\S]*→ fusion-platform start/);
      const listed = await inTerminal(on.cli, ['services', 'versions'], {
        columns: 200,
        env: on.as('author'),
      });
      expect(await listed.ended).toBe(0);
      expect(listed.text()).toMatch(/NAME +VERSION +STATE[\s\S]*Shown +1 +pending, latest/);
    });

    test('never changes under its number; a higher one is offered once it is approved, and withdrawn again', async () => {
      await on.edit('boxes', (text) => text.replace('Draws a box', 'Draws a large box'));
      const changed = await on.run('author', 'services', 'publish', 'boxes');
      expect([changed.code, changed.stderr]).toEqual([
        4,
        expect.stringMatching(/a version never changes: raise the number/),
      ]);
      await on.edit('boxes', (text) => text.replace('version: 1', 'version: 2'));
      const second = await on.json<Version>('author', 'services', 'publish', 'boxes');
      // The approved one stays what is offered.
      expect(second).toMatchObject({ version: 2, state: 'pending', latest: false });
      expect(await on.names('other')).toContain('Boxes 1');
      await on.run('operator', 'services', 'approve', second.id);
      expect(await on.names('other')).toContain('Boxes 2');
      const deleted = await call(
        on.platform.url,
        'DELETE',
        `/organisations/${second.organisation_id}/services/${second.id}`,
        {
          token: (await logIn(on.platform.url, people.author.email, people.author.password)).token,
        },
      );
      expect([deleted.status, deleted.body['error_message']]).toEqual([
        409,
        expect.stringMatching(/withdraw it instead/),
      ]);
      const foreign = await on.run('other', 'services', 'withdraw', second.id, '--yes');
      expect(foreign.code).toBe(5);
      const unasked = await on.run('author', 'services', 'withdraw', 'Boxes@2');
      expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringMatching(/add --yes/)]);
      await on.run('author', 'services', 'withdraw', 'Boxes@2', '--reason', 'Wrong at the coast', '--yes');
      expect(await on.names('other')).toContain('Boxes 1');
      const [withdrawn] = await on.json<Version[]>(
        'author',
        'services',
        'versions',
        'Boxes',
        '--state',
        'withdrawn',
      );
      expect(withdrawn).toMatchObject({ version: 2, reason: 'Wrong at the coast', latest: false });
      const again = await on.run('author', 'services', 'publish', 'boxes');
      expect([again.code, again.stderr]).toEqual([4, expect.stringMatching(/was withdrawn/)]);
    });

    test('is for those that it names, and is theirs to see alone', async () => {
      const { organisation: others } = await logIn(
        on.platform.url,
        people.other.email,
        people.other.password,
      );
      await on.run('author', 'services', 'init', 'Private');
      const args = ['services', 'publish', 'private', '--whitelist', people.author.organisation];
      const { id } = await on.json<Version>('author', ...args);
      await on.run('operator', 'services', 'approve', id);
      expect(await on.names('other')).not.toContain('Private 1');
      expect((await on.json<Version[]>('other', 'services', 'versions')).map(({ name }) => name)).toEqual([]);
      expect((await on.run('other', 'services', 'whitelist', id, '--all')).code).toBe(5);
      expect((await on.run('operator', 'services', 'whitelist', id, '--all')).code).toBe(4);
      await on.run('author', 'services', 'whitelist', 'Private@1', others);
      expect(await on.names('other')).toContain('Private 1');
      await on.run('author', 'services', 'whitelist', 'Private@1');
      expect(await on.names('other')).not.toContain('Private 1');
    });

    test('is there after a restart, and is unpacked again where its folder is lost', async () => {
      await on.platform.kill();
      const unpacked = join(on.folder, 'platform', 'services');
      expect((await readdir(unpacked)).length).toBeGreaterThan(0);
      await rm(unpacked, { recursive: true });
      await on.start();
      await mkdir(on.path('after'));
      const sample = ['--input-list', 'boxes/sample/region.geojson', '--options', 'margin=0.25'];
      const started = await on.cli.run(
        ['start', 'Boxes', ...sample.map((arg) => arg.replace('boxes/', '../boxes/')), '--download'],
        {
          env: on.as('author'),
          cwd: on.path('after'),
        },
      );
      expect([started.code, started.stderr]).toEqual([0, expect.any(String)]);
      const files = (await readdir(on.path('after'), { recursive: true })).filter((name) =>
        name.endsWith('boxes.geojson'),
      );
      expect(files).toHaveLength(1);
    });

    test('does not run where components have no sandbox', async () => {
      await on.platform.stop();
      await on.start({ FUSION_SANDBOX: 'never' });
      await on.edit('boxes', (text) => text.replace('version: 2', 'version: 3'));
      const published = await on.run('author', 'services', 'publish', 'boxes');
      expect([published.code, published.stderr]).toEqual([
        4,
        expect.stringMatching(/without a sandbox.*install bubblewrap/),
      ]);
      const started = await on.run('author', 'start', 'Boxes', '--input-list', 'boxes/sample/region.geojson');
      expect([started.code, started.stderr]).toEqual([4, expect.stringMatching(/without a sandbox/)]);
    });
  },
);
