import { execFileSync } from 'node:child_process';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { bubblewrapWorks } from '../../apps/platform/src/runtimes/testing/bubblewrap.ts';
import { call, logIn } from '../support/api.ts';
import { people, Publishing } from './support/publishing.ts';
import type { Version } from './support/publishing.ts';

const noSandbox = bubblewrapWorks() ? undefined : 'there is no bubblewrap here, so services are not taken';

let on: Publishing;

beforeAll(async () => {
  on = await Publishing.open({ SECRET_OF_THE_HOST: 'not for users' });
});
afterAll(async () => await on?.close());

describe.skipIf(noSandbox !== undefined)(
  `a service that is published${noSandbox ? ` (${noSandbox})` : ''}`,
  () => {
    test('is published by those who may write services, under an SSD of their own', async () => {
      await on.run('author', 'services', 'init', 'Boxes');
      await on.run('author', 'services', 'publish', 'boxes');
      const viewer = await on.run('viewer', 'services', 'publish', 'boxes');
      expect([viewer.code, viewer.stderr]).toEqual([4, expect.stringMatching(/role "create_ssds"/)]);
      await on.edit('boxes', (text) => text.replace('version: 1', 'version: 2'));
      const stolen = await on.run('other', 'services', 'publish', 'boxes');
      expect([stolen.code, stolen.stderr]).toEqual([4, expect.stringMatching(/SSD of another organisation/)]);
    });

    test('gets nothing of the platform, and no network before it is approved', async () => {
      await on.run('author', 'services', 'init', 'Curious');
      const whole = await readFile(on.path('curious', 'service.yaml'), 'utf8');
      const environment = (...lines: string[]) =>
        `${whole}environment:\n${lines.map((line) => `  - { name: ${line} }\n`).join('')}`;
      await writeFile(
        on.path('curious', 'service.yaml'),
        environment('FUSION_ADMIN_PASSWORD', 'FUSION_S2_STAC_URL', 'SECRET_OF_THE_HOST'),
      );
      const refused = await on.run('author', 'services', 'publish', 'curious');
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
        on.path('curious', 'service.yaml'),
        environment('SECRET_OF_THE_HOST, default: harmless'),
      );
      await writeFile(
        on.path('curious', 'main.ts'),
        `import { writeFileSync, readdirSync } from 'node:fs';
       const seen = { secret: process.env.SECRET_OF_THE_HOST, data: null as unknown };
       try { seen.data = readdirSync(${JSON.stringify(join(on.folder, 'platform'))}); } catch (error) { seen.data = (error as { code: string }).code; }
       writeFileSync('outputs/1/seen.geojson', JSON.stringify({ type: 'FeatureCollection', features: [
         { type: 'Feature', properties: seen, geometry: { type: 'Point', coordinates: [0, 0] } }] }));`,
      );
      await on.run('author', 'services', 'publish', 'curious');
      const sample = ['--input-list', 'curious/sample/region.geojson', '--options', 'margin=0'];
      await on.run('author', 'start', 'Curious', ...sample, '--download');
      const files = (await readdir(on.cli.folder, { recursive: true })).filter((name) =>
        name.endsWith('seen.geojson'),
      );
      const seen = JSON.parse(await readFile(on.path(files[0]!), 'utf8')) as {
        features: { properties: object }[];
      };
      expect(seen.features[0]!.properties).toEqual({
        secret: 'harmless',
        data: expect.not.arrayContaining(['objects']),
      });

      await on.run('author', 'services', 'init', 'Networked');
      await on.edit('networked', (text) => `${text}urls: ['http://127.0.0.1:9']\n`);
      const { id } = await on.json<Version>('author', 'services', 'publish', 'networked');
      const early = await on.run('author', 'start', 'Networked', ...sample);
      expect([early.code, early.stderr]).toEqual([
        4,
        expect.stringMatching(/asks for a network, so it runs once it is approved/),
      ]);
      expect((await on.run('operator', 'services', 'approve', id)).code).toBe(0);
      expect((await on.run('author', 'display', 'Networked')).code).toBe(0);
    });

    test('is judged with its chain and its expressions, each fault by line', async () => {
      await on.run('author', 'services', 'init', 'Chained');
      await on.edit(
        'chained',
        (text) => `${text}option_validations:
  - { expression: margin > bounds, message: Too wide }
definition:
  - ssd_id: 99999999-9999-4999-8999-999999999999
    output: 1
    linkages: [{ ssd_id: ${/ssd_id: (\S+)/.exec(text)![1]!}, input: 1 }]
`,
      );
      const { code, stderr } = await on.run('author', 'services', 'publish', 'chained');
      expect([code, stderr]).toEqual([
        4,
        expect.stringMatching(
          /chained\/service\.yaml:\d+:\d+: definition: there is no service with the SSD id 9999/,
        ),
      ]);
      await on.edit('chained', (text) => text.replace(/definition:[\s\S]*/, ''));
      const rule = await on.run('author', 'services', 'publish', 'chained');
      expect(rule.stderr).toMatch(
        /chained\/service\.yaml:\d+:\d+: option_validations\.0\.expression: .*name 'bounds' is not defined/,
      );
    });

    test('is not sent with links, and an archive with them is not taken from anybody', async () => {
      await on.run('author', 'services', 'init', 'Linked');
      await symlink('/etc/passwd', on.path('linked', 'users.txt'));
      const here = await on.run('author', 'services', 'publish', 'linked');
      expect([here.code, here.stderr]).toEqual([
        2,
        expect.stringMatching(/linked\/users\.txt: it is a link/),
      ]);
      const { token, organisation } = await logIn(
        on.platform.url,
        people.author.email,
        people.author.password,
      );
      const base = `/organisations/${organisation}/service_versions`;
      const archive = execFileSync('tar', ['-czf', '-', '-C', on.path('linked'), '.']);
      const service_file = await readFile(on.path('linked', 'service.yaml'), 'utf8');
      const announced = await call(on.platform.url, 'POST', `${base}/add_archive`, {
        token,
        body: { ServiceVersion: { service_file, size: archive.length } },
      });
      const { upload, url } = (announced.body as { extras: { upload: string; url: string } }).extras;
      // Somebody else cannot publish what they have not sent.
      const thief = await logIn(on.platform.url, people.other.email, people.other.password);
      const early = await call(on.platform.url, 'POST', base, {
        token,
        body: { ServiceVersion: { upload } },
      });
      expect([early.status, early.body['error_message']]).toEqual([
        409,
        expect.stringMatching(/has not come yet/),
      ]);
      const short = await fetch(url, { method: 'PUT', body: archive.subarray(1) });
      expect(short.status).toBe(400);
      const put = await fetch(url, { method: 'PUT', body: archive });
      expect(put.status).toBe(200);
      const stolen = await call(
        on.platform.url,
        'POST',
        `/organisations/${thief.organisation}/service_versions`,
        {
          token: thief.token,
          body: { ServiceVersion: { upload } },
        },
      );
      expect(stolen.status).toBe(404);
      const taken = await call(on.platform.url, 'POST', base, {
        token,
        body: { ServiceVersion: { upload } },
      });
      expect([taken.status, taken.body['error_message']]).toEqual([
        400,
        expect.stringMatching(/users\.txt\\?" is a link/),
      ]);
      const forged = await fetch(`${on.platform.url}/service-archives/${'A'.repeat(43)}`, {
        method: 'PUT',
        body: 'x',
      });
      expect(forged.status).toBe(403);
    });

    test('with an image is refused where the platform runs none', async () => {
      const { code, stderr } = await on.run(
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
  },
);
