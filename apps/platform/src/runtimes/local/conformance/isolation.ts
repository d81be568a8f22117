import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { attemptCase, needsIsolation } from './case.ts';
import { messages } from './harness.ts';

/** Set by the shell or by us; nothing of the host. */
const EXPECTED = ['FUSION_ATTEMPT_ID', 'FUSION_JOB_DIR', 'GIVEN', 'HOME', 'LANG', 'PATH', 'TMPDIR', 'TZ'];
const SHELL = ['PWD', 'OLDPWD', 'SHLVL', '_'];

export const isolationCases = [
  attemptCase('The component sees its own environment and nothing of the host', async (harness) => {
    process.env['HOST_SECRET'] = 'do not tell';
    try {
      const runtime = await harness.runtime();
      const spec = harness.spec('console.log(JSON.stringify(process.env)); console.log(process.cwd())', {
        environment: { GIVEN: 'yes' },
      });
      const { handle } = await harness.run(runtime, spec);
      const [environment = '', folder] = await messages(runtime, handle);
      const names = Object.keys(JSON.parse(environment) as object).filter((name) => !SHELL.includes(name));
      assert.deepEqual(names.sort(), EXPECTED);
      assert.equal(folder, spec.folder);
    } finally {
      delete process.env['HOST_SECRET'];
    }
  }),

  attemptCase(
    'Without leave there is no network, with leave there is',
    async (harness) => {
      const server = createServer((socket) => socket.end());
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        const runtime = await harness.runtime();
        const { port } = server.address() as AddressInfo;
        const script = `
          const socket = require('node:net').connect(${port}, '127.0.0.1');
          socket.on('connect', () => { console.log('connected'); socket.destroy(); });
          socket.on('error', (error) => console.log(error.code));`;
        for (const network of [false, true]) {
          const { handle } = await harness.run(runtime, harness.spec(script, { network }));
          assert.deepEqual(await messages(runtime, handle), [network ? 'connected' : 'ECONNREFUSED']);
        }
      } finally {
        server.close();
      }
    },
    needsIsolation,
  ),

  attemptCase(
    'It writes to its own folders only, and sees no other',
    async (harness) => {
      const runtime = await harness.runtime();
      const other = harness.spec('');
      const shared = join(harness.root, 'packages');
      mkdirSync(shared);
      const lent = join(harness.root, 'lent');
      mkdirSync(lent);
      writeFileSync(join(shared, 'library.txt'), 'library');
      // A folder where it may not write is opened for writing at most, so that a failing test changes nothing.
      const script = `
        const fs = require('node:fs');
        const attempt = (what) => { try { what(); return 'done'; } catch (error) { return error.code; } };
        const writing = (path) => attempt(() => fs.closeSync(fs.openSync(path, 'a')));
        const [service, library, other, state, lent] = process.argv.slice(2);
        console.log(JSON.stringify({
          own: ['outputs/1/a', 'scratch/a', 'storage/a', 'status.json', '/tmp/a', lent + '/a'].map(writing),
          readable: attempt(() => fs.readFileSync(library)),
          readOnly: ['inputs/1/a', 'inputs/1/in.txt', 'job.json', service + '/a', library, '/usr/a', '/etc/a', '/a'].map(writing),
          kernel: attempt(() => fs.closeSync(fs.openSync('/proc/sys/kernel/core_pattern', 'r+'))),
          hidden: [other, state, '/root', '/home', '/var', '/etc/shadow', '/sys'].filter((path) => fs.existsSync(path)),
        }));`;
      const spec = harness.spec(script, { readOnly: [shared], shared: [lent] });
      const { handle } = await harness.run(runtime, {
        ...spec,
        command: [
          ...spec.command,
          harness.serviceFolder,
          join(shared, 'library.txt'),
          other.folder,
          harness.stateFolder,
          lent,
        ],
      });
      const found = JSON.parse((await messages(runtime, handle)).join('\n')) as Record<
        string,
        string | string[]
      >;
      assert.deepEqual(found['own'], ['done', 'done', 'done', 'done', 'done', 'done']);
      assert.equal(found['readable'], 'done');
      assert.deepEqual(new Set(found['readOnly']), new Set(['EROFS']));
      assert.notEqual(found['kernel'], 'done');
      assert.deepEqual(found['hidden'], []);
      assert.equal(readFileSync(join(spec.folder, 'inputs/1/in.txt'), 'utf8'), 'input');
      assert.ok(!existsSync(join(harness.serviceFolder, 'a')));
      assert.ok(existsSync(join(lent, 'a')));
    },
    needsIsolation,
  ),

  attemptCase(
    'Of the system it reads nothing that not everybody may read, whoever runs the platform',
    async (harness) => {
      const runtime = await harness.runtime();
      // The nameless user of the sandbox may be root outside, so modes alone keep nothing from it.
      const script = `
        const fs = require('node:fs');
        const path = require('node:path');
        const found = [];
        const look = (folder) => {
          for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
            const at = path.join(folder, entry.name);
            if (entry.isDirectory()) { try { look(at); } catch {} }
            else if (entry.isFile() && (fs.statSync(at).mode & 4) === 0) {
              try { fs.closeSync(fs.openSync(at)); found.push(at); } catch {}
            }
          }
        };
        look('/etc');
        console.log(JSON.stringify({ found, keys: fs.existsSync('/etc/ssl/private') }));`;
      const { handle } = await harness.run(runtime, harness.spec(script));
      const { found, keys } = JSON.parse((await messages(runtime, handle)).join('\n')) as Record<
        string,
        unknown
      >;
      assert.deepEqual([found, keys], [[], false]);
    },
    needsIsolation,
  ),
];
