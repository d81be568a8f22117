import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { bubblewrapWorks } from '../../apps/platform/src/runtimes/testing/bubblewrap.ts';
import { addUser, admin } from '../support/admin.ts';
import { call, logIn } from '../support/api.ts';
import { email, password, root, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { installCommand } from './support/command.ts';
import type { InstalledCommand, Outcome } from './support/command.ts';
import { inTerminal, ptyMissing } from './support/terminal.ts';

const missing = await ptyMissing();
const noSandbox = bubblewrapWorks() ? undefined : 'there is no bubblewrap here, so services are not taken';
const people = {
  operator: { email, password, organisation: 'My organisation' },
  author: { email: 'author@example.com', password: 'Sentinel-2b', organisation: 'Authors' },
  viewer: { email: 'viewer@example.com', password: 'Sentinel-2b', organisation: 'Authors' },
  other: { email: 'other@example.com', password: 'Sentinel-2b', organisation: 'Others' },
} as const;
type Person = keyof typeof people;

let folder: Awaited<ReturnType<typeof testFolder>>;
let platform: RunningPlatform;
let cli: InstalledCommand;
const settings = { FUSION_SERVICES: join(root, 'e2e/services'), SECRET_OF_THE_HOST: 'not for users' };

beforeAll(async () => {
  folder = await testFolder();
  platform = await startPlatform(folder.path, settings);
  await platform.stop();
  const all = [
    'view_processing_chains',
    'create_and_execute_processing_chains',
    'audit_ssds',
    'create_ssds',
    'manage_organisation',
  ];
  for (const name of ['Authors', 'Others'])
    await admin(folder.path, 'add-organisation', '--name', name, '--credits', '100');
  await addUser(folder.path, { ...people.author, roles: all });
  await addUser(folder.path, { ...people.other, roles: all });
  await addUser(folder.path, { ...people.viewer, roles: all.slice(0, 2) });
  platform = await startPlatform(folder.path, settings);
  cli = await installCommand({ FUSION_PLATFORM_HOME: root });
});
afterAll(async () => {
  await platform?.stop();
  await Promise.all([folder?.remove(), cli?.remove()]);
});

const as = (who: Person): Record<string, string> => ({
  FUSION_URL: platform.url,
  FUSION_EMAIL: people[who].email,
  FUSION_PASSWORD: people[who].password,
  FUSION_ORGANISATION: people[who].organisation,
});
const run = async (who: Person, ...args: string[]): Promise<Outcome> => await cli.run(args, { env: as(who) });
const json = async <T>(who: Person, ...args: string[]): Promise<T> =>
  await cli.json<T>(args, { env: as(who) });

interface Version {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly state: string;
  readonly latest: boolean;
  readonly organisation_id: string;
}

const inFolder = (...parts: string[]): string => join(cli.folder, ...parts);
async function edit(service: string, change: (text: string) => string): Promise<void> {
  const path = inFolder(service, 'service.yaml');
  await writeFile(path, change(await readFile(path, 'utf8')));
}
const names = async (who: Person): Promise<string[]> =>
  (await json<{ name: string; version: number }[]>(who, 'services', 'ls')).map(
    ({ name, version }) => `${name} ${version}`,
  );

describe.skipIf(noSandbox !== undefined)(
  `a service of one’s own${noSandbox ? ` (${noSandbox})` : ''}`,
  () => {
    test('is published, run by its organisation alone, approved by the platform’s, and then run by all', async () => {
      await run('author', 'services', 'init', 'Boxes');
      const published = await json<Version>('author', 'services', 'publish', 'boxes');
      expect(published).toMatchObject({ name: 'Boxes', version: 1, state: 'pending', latest: true });
      // The same again, as after an answer that got lost, is the same version.
      expect(await json<Version>('author', 'services', 'publish', 'boxes')).toMatchObject({
        id: published.id,
      });

      expect(await names('author')).toContain('Boxes 1');
      expect(await names('other')).not.toContain('Boxes 1');
      const sample = ['--input-list', 'boxes/sample/region.geojson', '--options', 'margin=0.5'];
      const started = await run('author', 'start', 'Boxes', ...sample, '--download');
      expect([started.code, started.stderr]).toEqual([0, expect.any(String)]);
      const files = (await readdir(cli.folder, { recursive: true })).filter((name) =>
        name.endsWith('boxes.geojson'),
      );
      const made = JSON.parse(await readFile(inFolder(files[0]!), 'utf8')) as {
        features: { geometry: { coordinates: number[][][] } }[];
      };
      expect(made.features[0]!.geometry.coordinates[0]![0]![0]).toBeCloseTo(-4.8, 9);

      // Who approves can see what it runs; others cannot.
      const archive = await json<{ path: string; sha256: string }>(
        'operator',
        'services',
        'download',
        'Boxes@1',
      );
      const bytes = await readFile(inFolder(archive.path));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(archive.sha256);
      const listed = execFileSync('tar', ['-tzf', inFolder(archive.path)])
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
      expect((await run('other', 'services', 'download', published.id)).code).toBe(5);
      const guessed = await fetch(`${platform.url}/service-archives/${archive.sha256}`);
      expect(guessed.status).toBe(403);

      // Not even with every role in its own organisation does an author approve what runs for others.
      const own = await run('author', 'services', 'approve', 'Boxes@1');
      expect([own.code, own.stderr]).toEqual([
        4,
        expect.stringMatching(/organisation that runs the platform/),
      ]);
      const foreign = await run('other', 'services', 'approve', published.id);
      expect([foreign.code, foreign.stderr]).toEqual([5, expect.stringMatching(/no published version/)]);
      const approved = await run('operator', 'services', 'approve', 'Boxes@1');
      expect([approved.code, approved.stdout]).toEqual([0, `Approved Boxes, version 1 ${published.id}\n`]);
      expect(await names('other')).toContain('Boxes 1');
      const theirs = await run('other', 'start', 'Boxes', ...sample, '--download');
      expect([theirs.code, theirs.stderr]).toEqual([0, expect.any(String)]);
    });

    test('shows its upload and what comes next in a terminal', async ({ skip }) => {
      if (missing) skip(missing);
      await run('author', 'services', 'init', 'Shown');
      const terminal = await inTerminal(cli, ['services', 'publish', 'shown'], {
        columns: 160,
        env: as('author'),
      });
      expect(await terminal.ended).toBe(0);
      expect(terminal.text()).toMatch(/Published Shown, version 1/);
      expect(terminal.text()).toMatch(/Uploading|Checking/);
      expect(terminal.text()).toMatch(/waits for approval[\s\S]*→ fusion-platform start/);
      const listed = await inTerminal(cli, ['services', 'versions'], { columns: 200, env: as('author') });
      expect(await listed.ended).toBe(0);
      expect(listed.text()).toMatch(/NAME +VERSION +STATE[\s\S]*Shown +1 +pending, latest/);
    });

    test('never changes under its number; a higher one is offered once it is approved, and withdrawn again', async () => {
      await edit('boxes', (text) => text.replace('Draws a box', 'Draws a large box'));
      const changed = await run('author', 'services', 'publish', 'boxes');
      expect([changed.code, changed.stderr]).toEqual([
        4,
        expect.stringMatching(/a version never changes: raise the number/),
      ]);
      await edit('boxes', (text) => text.replace('version: 1', 'version: 2'));
      const second = await json<Version>('author', 'services', 'publish', 'boxes');
      // The approved one stays what is offered.
      expect(second).toMatchObject({ version: 2, state: 'pending', latest: false });
      expect(await names('other')).toContain('Boxes 1');
      await run('operator', 'services', 'approve', second.id);
      expect(await names('other')).toContain('Boxes 2');
      const deleted = await call(
        platform.url,
        'DELETE',
        `/organisations/${second.organisation_id}/services/${second.id}`,
        {
          token: (await logIn(platform.url, people.author.email, people.author.password)).token,
        },
      );
      expect([deleted.status, deleted.body['error_message']]).toEqual([
        409,
        expect.stringMatching(/withdraw it instead/),
      ]);
      const foreign = await run('other', 'services', 'withdraw', second.id, '--yes');
      expect(foreign.code).toBe(5);
      const unasked = await run('author', 'services', 'withdraw', 'Boxes@2');
      expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringMatching(/add --yes/)]);
      await run('author', 'services', 'withdraw', 'Boxes@2', '--reason', 'Wrong at the coast', '--yes');
      expect(await names('other')).toContain('Boxes 1');
      const [withdrawn] = await json<Version[]>(
        'author',
        'services',
        'versions',
        'Boxes',
        '--state',
        'withdrawn',
      );
      expect(withdrawn).toMatchObject({ version: 2, reason: 'Wrong at the coast', latest: false });
      const again = await run('author', 'services', 'publish', 'boxes');
      expect([again.code, again.stderr]).toEqual([4, expect.stringMatching(/was withdrawn/)]);
    });

    test('is for those that it names, and is theirs to see alone', async () => {
      const { organisation: others } = await logIn(platform.url, people.other.email, people.other.password);
      await run('author', 'services', 'init', 'Private');
      const args = ['services', 'publish', 'private', '--whitelist', people.author.organisation];
      const { id } = await json<Version>('author', ...args);
      await run('operator', 'services', 'approve', id);
      expect(await names('other')).not.toContain('Private 1');
      expect((await json<Version[]>('other', 'services', 'versions')).map(({ name }) => name)).toEqual([]);
      expect((await run('other', 'services', 'whitelist', id, '--all')).code).toBe(5);
      expect((await run('operator', 'services', 'whitelist', id, '--all')).code).toBe(4);
      await run('author', 'services', 'whitelist', 'Private@1', others);
      expect(await names('other')).toContain('Private 1');
      await run('author', 'services', 'whitelist', 'Private@1');
      expect(await names('other')).not.toContain('Private 1');
    });

    test('is published by whoever may write services, under an SSD of their own', async () => {
      const viewer = await run('viewer', 'services', 'publish', 'boxes');
      expect([viewer.code, viewer.stderr]).toEqual([4, expect.stringMatching(/role "create_ssds"/)]);
      await edit('boxes', (text) => text.replace('version: 2', 'version: 3'));
      const stolen = await run('other', 'services', 'publish', 'boxes');
      expect([stolen.code, stolen.stderr]).toEqual([4, expect.stringMatching(/SSD of another organisation/)]);
    });

    test('gets nothing of the platform, and no network before it is approved', async () => {
      await run('author', 'services', 'init', 'Curious');
      const whole = await readFile(inFolder('curious', 'service.yaml'), 'utf8');
      const environment = (...lines: string[]) =>
        `${whole}environment:\n${lines.map((line) => `  - { name: ${line} }\n`).join('')}`;
      await writeFile(
        inFolder('curious', 'service.yaml'),
        environment('FUSION_ADMIN_PASSWORD', 'FUSION_S2_STAC_URL', 'SECRET_OF_THE_HOST'),
      );
      const refused = await run('author', 'services', 'publish', 'curious');
      expect(refused.code).toBe(4);
      const line = whole.split('\n').length + 1;
      expect(refused.stderr.split('\n').slice(0, 3)).toEqual([
        expect.stringMatching(
          new RegExp(
            `^curious/service\\.yaml:${line}:\\d+: environment\\.0\\.name: FUSION_ADMIN_PASSWORD is the platform's own`,
          ),
        ),
        expect.stringMatching(/environment\.1\.name: FUSION_S2_STAC_URL/),
        expect.stringMatching(/environment\.2\.name: .*give SECRET_OF_THE_HOST a default/),
      ]);
      await writeFile(
        inFolder('curious', 'service.yaml'),
        environment('SECRET_OF_THE_HOST, default: harmless'),
      );
      await writeFile(
        inFolder('curious', 'main.ts'),
        `import { writeFileSync, readdirSync } from 'node:fs';
       const seen = { secret: process.env.SECRET_OF_THE_HOST, data: null as unknown };
       try { seen.data = readdirSync(${JSON.stringify(join(folder.path, 'platform'))}); } catch (error) { seen.data = (error as { code: string }).code; }
       writeFileSync('outputs/1/seen.geojson', JSON.stringify({ type: 'FeatureCollection', features: [
         { type: 'Feature', properties: seen, geometry: { type: 'Point', coordinates: [0, 0] } }] }));`,
      );
      await run('author', 'services', 'publish', 'curious');
      const sample = ['--input-list', 'curious/sample/region.geojson', '--options', 'margin=0'];
      await run('author', 'start', 'Curious', ...sample, '--download');
      const files = (await readdir(cli.folder, { recursive: true })).filter((name) =>
        name.endsWith('seen.geojson'),
      );
      const seen = JSON.parse(await readFile(inFolder(files[0]!), 'utf8')) as {
        features: { properties: object }[];
      };
      expect(seen.features[0]!.properties).toEqual({
        secret: 'harmless',
        data: expect.not.arrayContaining(['objects']),
      });

      await run('author', 'services', 'init', 'Networked');
      await edit('networked', (text) => `${text}urls: ['http://127.0.0.1:9']\n`);
      const { id } = await json<Version>('author', 'services', 'publish', 'networked');
      const early = await run('author', 'start', 'Networked', ...sample);
      expect([early.code, early.stderr]).toEqual([
        4,
        expect.stringMatching(/asks for a network, so it runs once it is approved/),
      ]);
      expect((await run('operator', 'services', 'approve', id)).code).toBe(0);
      expect((await run('author', 'display', 'Networked')).code).toBe(0);
    });

    test('is judged with its chain and its expressions, each fault by line', async () => {
      await run('author', 'services', 'init', 'Chained');
      await edit(
        'chained',
        (text) => `${text}option_validations:
  - { expression: margin > bounds, message: Too wide }
definition:
  - ssd_id: 99999999-9999-4999-8999-999999999999
    output: 1
    linkages: [{ ssd_id: ${/ssd_id: (\S+)/.exec(text)![1]!}, input: 1 }]
`,
      );
      const { code, stderr } = await run('author', 'services', 'publish', 'chained');
      expect([code, stderr]).toEqual([
        4,
        expect.stringMatching(
          /chained\/service\.yaml:\d+:\d+: definition: there is no service with the SSD id 9999/,
        ),
      ]);
      await edit('chained', (text) => text.replace(/definition:[\s\S]*/, ''));
      const rule = await run('author', 'services', 'publish', 'chained');
      expect(rule.stderr).toMatch(
        /chained\/service\.yaml:\d+:\d+: option_validations\.0\.expression: .*name 'bounds' is not defined/,
      );
    });

    test('is not sent with links, and an archive with them is not taken from anybody', async () => {
      await run('author', 'services', 'init', 'Linked');
      await symlink('/etc/passwd', inFolder('linked', 'users.txt'));
      const here = await run('author', 'services', 'publish', 'linked');
      expect([here.code, here.stderr]).toEqual([
        2,
        expect.stringMatching(/linked\/users\.txt: it is a link/),
      ]);
      const { token, organisation } = await logIn(platform.url, people.author.email, people.author.password);
      const base = `/organisations/${organisation}/service_versions`;
      const archive = execFileSync('tar', ['-czf', '-', '-C', inFolder('linked'), '.']);
      const service_file = await readFile(inFolder('linked', 'service.yaml'), 'utf8');
      const announced = await call(platform.url, 'POST', `${base}/add_archive`, {
        token,
        body: { ServiceVersion: { service_file, size: archive.length } },
      });
      const { upload, url } = (announced.body as { extras: { upload: string; url: string } }).extras;
      // Somebody else cannot publish what they have not sent.
      const thief = await logIn(platform.url, people.other.email, people.other.password);
      const early = await call(platform.url, 'POST', base, { token, body: { ServiceVersion: { upload } } });
      expect([early.status, early.body['error_message']]).toEqual([
        409,
        expect.stringMatching(/has not come yet/),
      ]);
      const short = await fetch(url, { method: 'PUT', body: archive.subarray(1) });
      expect(short.status).toBe(400);
      const put = await fetch(url, { method: 'PUT', body: archive });
      expect(put.status).toBe(200);
      const stolen = await call(
        platform.url,
        'POST',
        `/organisations/${thief.organisation}/service_versions`,
        {
          token: thief.token,
          body: { ServiceVersion: { upload } },
        },
      );
      expect(stolen.status).toBe(404);
      const taken = await call(platform.url, 'POST', base, { token, body: { ServiceVersion: { upload } } });
      expect([taken.status, taken.body['error_message']]).toEqual([
        400,
        expect.stringMatching(/users\.txt\\?" is a link/),
      ]);
      const forged = await fetch(`${platform.url}/service-archives/${'A'.repeat(43)}`, {
        method: 'PUT',
        body: 'x',
      });
      expect(forged.status).toBe(403);
    });

    test('with an image is refused where the platform runs none', async () => {
      const { code, stderr } = await run(
        'author',
        'services',
        'publish',
        'boxes',
        '--image',
        'registry.example/boxes:1',
      );
      expect([code, stderr]).toEqual([
        4,
        expect.stringMatching(/runs no images: .*FUSION_RUNTIME=container/),
      ]);
    });

    test('is there after a restart, and is unpacked again where its folder is lost', async () => {
      await platform.kill();
      const unpacked = join(folder.path, 'platform', 'services');
      expect((await readdir(unpacked)).length).toBeGreaterThan(0);
      await rm(unpacked, { recursive: true });
      platform = await startPlatform(folder.path, settings);
      await mkdir(inFolder('after'));
      const sample = ['--input-list', 'boxes/sample/region.geojson', '--options', 'margin=0.25'];
      const started = await cli.run(
        ['start', 'Boxes', ...sample.map((arg) => arg.replace('boxes/', '../boxes/')), '--download'],
        {
          env: as('author'),
          cwd: inFolder('after'),
        },
      );
      expect([started.code, started.stderr]).toEqual([0, expect.any(String)]);
      const files = (await readdir(inFolder('after'), { recursive: true })).filter((name) =>
        name.endsWith('boxes.geojson'),
      );
      expect(files).toHaveLength(1);
    });

    test('does not run where components have no sandbox', async () => {
      await platform.stop();
      platform = await startPlatform(folder.path, { ...settings, FUSION_SANDBOX: 'never' });
      await edit('boxes', (text) => text.replace('version: 3', 'version: 4'));
      const published = await run('author', 'services', 'publish', 'boxes');
      expect([published.code, published.stderr]).toEqual([
        4,
        expect.stringMatching(/without a sandbox.*install bubblewrap/),
      ]);
      const started = await run('author', 'start', 'Boxes', '--input-list', 'boxes/sample/region.geojson');
      expect([started.code, started.stderr]).toEqual([4, expect.stringMatching(/without a sandbox/)]);
    });
  },
);
