import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { calls } from '@fusion-platform/contract';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';

import { browserBundle } from '../scripts/build.mjs';
import { startPlatform } from './platform-state.ts';
import { data, dataFile, dataId, id, organisationId } from './samples.ts';
import { serveBytes, takeUploads } from './store.ts';

/** All of it, the schemas included, as a page loads it. In bytes after gzip. */
const budget = 80_000;

let code: string;
let imported: string[];
let loaded: string[];
beforeAll(async () => {
  const bundle = await build({ ...browserBundle, sourcemap: false, write: false });
  code = bundle.outputFiles[0]!.text;
  const { inputs, outputs } = bundle.metafile;
  imported = Object.values(inputs).flatMap((file) => file.imports.map(({ path }) => path));
  loaded = Object.values(outputs).flatMap((file) => file.imports.map(({ path }) => path));
});

test('the browser build imports nothing of Node, and nothing that a page would have to load besides', () => {
  const builtin = new Set(builtinModules);
  expect(imported.length).toBeGreaterThan(100);
  expect(imported.filter((path) => path.startsWith('node:') || builtin.has(path))).toEqual([]);
  expect(loaded).toEqual([]);
});

test('the browser build keeps within its budget', () => {
  expect(gzipSync(code, { level: 9 }).length).toBeLessThan(budget);
});

const chromium = ['chromium', 'google-chrome', 'chrome'].find((name) => {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

describe.skipIf(!chromium)('in a browser (needs chromium or google-chrome on the PATH)', () => {
  test('a page logs in, uploads a File with progress, and downloads it as a Blob', async () => {
    await using platform = await startPlatform();
    const store = takeUploads();
    const bytes = Buffer.from('from a page');
    platform.on(calls.newData, () => ({
      model: { id: dataId, organisation_id: organisationId },
      extras: {},
    }));
    platform.on(calls.createData, () => ({ model: data(), extras: {} }));
    platform.on(calls.addFile, () => ({ extras: { file: id(61), url: `${platform.url}/store/up` } }));
    platform.on(calls.listFiles, () => ({ list: [dataFile({ size: 11, publishable: true })], extras: {} }));
    platform.on(calls.downloadFile, () => ({ extras: { url: `${platform.url}/store/down` } }));
    platform.onPath('/store/up', store.handler);
    platform.onPath('/store/down', serveBytes(bytes, { breakAfter: 5 }).handler);
    platform.onPath('/browser.js', (_, response) => {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(code);
    });
    platform.onPath('/page', (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    });
    const told = Promise.withResolvers<unknown>();
    platform.onPath('/told', (request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (part: string) => (text += part));
      request.on('end', () => {
        told.resolve(JSON.parse(text));
        response.end();
      });
    });
    const profile = await mkdtemp(join(tmpdir(), 'fusion-sdk-browser-'));
    const options = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`];
    const browser = spawn(chromium!, [...options, `${platform.url}/page`], { stdio: 'ignore' });
    const ended = new Promise((resolve) => browser.once('close', resolve));
    try {
      expect(await told.promise).toEqual({
        uploaded: 1,
        text: 'from a page',
        noPath: 'no_file_system',
        noLog: 'no_file_system',
      });
      expect(store.puts[0]?.bytes.toString()).toBe('from a page');
      expect(store.puts[0]?.headers['content-type']).toBeUndefined();
    } finally {
      browser.kill();
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});

const page = `<!doctype html><script type="module">
const tell = (what) => fetch('/told', { method: 'POST', body: JSON.stringify(what) });
try {
  const { login, ProcessServiceExecution } = await import('/browser.js');
  const { user } = await login({ email: 'ada@example.com', password: 'Secret-1', apiUrl: location.origin, retryDelay: { minimum: 1 } });
  const owner = await user.organisations().first();
  let uploaded = 0;
  const data = await owner.createData({
    name: 'Page', fileType: 'GeoJSON', files: [new File(['from a page'], 'page.geojson', { type: 'application/json' })],
    wait: true, onProgress: (progress) => { uploaded = progress.uploaded; },
  });
  const file = await data.files().first();
  const text = await (await file.download()).text();
  const codeOf = (call) => call.then(() => 'none', (error) => error.code);
  const noPath = await codeOf(file.download({ path: '/tmp/x' }));
  const noLog = await codeOf(ProcessServiceExecution.prototype.downloadLogFile.call({}, '/tmp/x'));
  await tell({ uploaded, text, noPath, noLog });
} catch (error) {
  await tell({ error: String(error && error.stack) });
}
</script>`;
