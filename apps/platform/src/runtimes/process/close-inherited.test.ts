import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

test.skipIf(!existsSync('/proc/self/fdinfo') || !existsSync('/bin/bash'))(
  'what the starting shell left open does not reach what is started (skipped without /proc or bash)',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fusion-inherited-'));
    try {
      const module = new URL('close-inherited.ts', import.meta.url).href;
      const list = `console.log(require('node:child_process').execFileSync('ls', ['-l', '/proc/self/fd'], { encoding: 'utf8' }))`;
      const start = async (prelude: string): Promise<string> => {
        const shell = 'exec 200>"$1"; exec "$2" --conditions=fusion-source -e "$3"';
        const script = `${prelude}${list}`;
        const { stdout } = await promisify(execFile)('/bin/bash', [
          '-c',
          shell,
          'start',
          join(folder, 'open'),
          process.execPath,
          script,
        ]);
        return stdout;
      };
      expect(await start('')).toContain(join(folder, 'open'));
      expect(
        await start(`require(${JSON.stringify(new URL(module).pathname)}).closeInherited();`),
      ).not.toContain(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
