import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer, request as ask } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { exampleRegions } from 'fusion-platform';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startOriginalApi } from '../support/original.ts';
import type { OriginalApi } from '../support/original.ts';
import { email, password, root } from '../support/platform.ts';
import { chromiumPath, openPage, signIn } from './browser.ts';
import { openStage, startRun } from './stage.ts';
import type { Stage } from './stage.ts';

const built = join(root, 'apps/dashboard/dist');
const types: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
  json: 'application/json',
};

describe.skipIf(!chromiumPath)(
  'the dashboard where the platform has the original API alone (needs chromium)',
  () => {
    let stage: Stage;
    let api: OriginalApi;
    let server: Server;
    let url: string;

    beforeAll(async () => {
      stage = await openStage();
      api = await startOriginalApi(stage.platform.url);
      // The page's files from one place and the API from another, as a proxy puts them together.
      server = createServer((incoming, outgoing) => {
        const path = incoming.url ?? '/';
        if (/^\/(organisations|users)\//.test(path)) {
          const to = ask(
            `${api.url}${path}`,
            { method: incoming.method, headers: incoming.headers },
            (answer) => {
              outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
              answer.pipe(outgoing);
            },
          );
          // A page that is closed breaks off what it asked for; the API that ends does so too.
          to.on('error', () => outgoing.destroy());
          outgoing.on('close', () => to.destroy());
          incoming.pipe(to);
          return;
        }
        const file = path.startsWith('/assets/') ? path.split('?')[0]! : '/index.html';
        outgoing.setHeader('content-type', types[file.split('.').at(-1)!] ?? 'text/html; charset=utf-8');
        createReadStream(join(built, file))
          .on('error', () => outgoing.destroy())
          .pipe(outgoing);
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });

    afterAll(async () => {
      server?.closeAllConnections();
      server?.close();
      await api?.close();
      await stage?.close();
    });

    test('what is missing is left out, and the rest works: runs, a run, a component with its log', async () => {
      const { organisation } = stage;
      const region = await organisation.createData({
        name: 'Glasgow',
        fileType: 'GeoJSON',
        files: [exampleRegions.glasgow],
        wait: true,
      });
      await startRun(organisation, 'Chatty', { region: region.id, name: 'Talk', wait: true });
      const { page, faults } = await openPage(stage.browser, { url });
      await signIn(page, email, password);
      await page.getByText('This platform keeps no sessions of pages').waitFor();
      await page.getByRole('link', { name: 'Talk' }).first().click();
      await page.getByRole('link', { name: 'Chatty', exact: true }).click();
      await page.getByText('record 100:').waitFor();
      await page.getByRole('heading', { name: 'What it is' }).waitFor();
      expect(await page.getByRole('heading', { name: 'Attempts' }).count()).toBe(0);
      expect(await page.getByRole('alert').count()).toBe(0);
      // That calls are not there is told by the browser, and bytes come from the platform behind; nothing else goes wrong.
      const expected = ['404', `asked ${stage.platform.url}/downloads/`];
      expect(faults.filter((fault) => !expected.some((part) => fault.includes(part)))).toEqual([]);
      await page.context().close();
    });
  },
);
