import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { freePort } from './free-port.ts';

const run = promisify(execFile);
const debian = '/usr/lib/postgresql';

/** The folder of PostgreSQL's programs; none where it is not installed. */
export async function postgresqlPrograms(): Promise<string | undefined> {
  const versions = await readdir(debian).catch(() => []);
  const newest = versions.map(Number).sort((a, b) => b - a)[0];
  const folder =
    newest === undefined
      ? await run('pg_config', ['--bindir']).then(
          ({ stdout }) => stdout.trim(),
          () => undefined,
        )
      : join(debian, String(newest), 'bin');
  // What belongs to clients alone may be there without a server.
  const complete =
    folder !== undefined &&
    (await access(join(folder, 'initdb')).then(
      () => true,
      () => false,
    ));
  return complete ? folder : undefined;
}

/** Starts a server of its own on a free port, with an empty database. */
export async function startPostgresql(
  programs: string,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'fusion-postgresql-'));
  const data = join(folder, 'data');
  // The server refuses to run as root: there is a user for it where Debian's package is installed.
  const asRoot = process.getuid?.() === 0;
  const command = (name: string, args: string[]): [string, string[]] =>
    asRoot
      ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', join(programs, name), ...args]]
      : [join(programs, name), args];
  await chmod(folder, 0o755);
  if (asRoot) await run('chown', ['postgres', folder]);
  await run(...command('initdb', ['-D', data, '-U', 'fusion', '-A', 'trust', '-E', 'UTF8', '--no-sync']), {
    cwd: '/',
  });
  const serve = async (): Promise<{ readonly port: number; readonly stop: () => Promise<void> }> => {
    const port = await freePort();
    const options = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-c', 'fsync=off'];
    const server = spawn(...command('postgres', options), { cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = once(server, 'exit');
    let said = '';
    await new Promise<void>((resolve, reject) => {
      server.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('ready to accept connections')) resolve();
      });
      ended.then(
        () => reject(new Error(`PostgreSQL did not start:\n${said}`)),
        (error: unknown) => reject(error instanceof Error ? error : new Error(String(error))),
      );
    });
    const stop = async (): Promise<void> => {
      server.kill('SIGINT');
      await ended;
    };
    return { port, stop };
  };
  // Another process may have taken the port meanwhile.
  const { port, stop } = await serve().catch(async () => await serve());
  return {
    url: `postgresql://fusion@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
