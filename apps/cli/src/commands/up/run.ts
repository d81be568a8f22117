import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

import type { Cli, CommonOptions } from '../../command/index.ts';
import { CliError, exitCodes, usageError } from '../../errors/index.ts';
import { administrate, dataFolder, restoredSettings } from '../../local-platform/index.ts';
import { findPlatformPackage, spawnPlatformProgram } from '../../platform-package.ts';
import { buildDashboard } from './build-dashboard.ts';
import { keepLog } from './platform-log.ts';

interface Options extends CommonOptions {
  readonly data?: string;
  readonly port?: string;
  readonly host?: string;
  readonly services?: string;
}

export async function run(cli: Cli, options: Options): Promise<number> {
  const settings = settingsOf(options, cli.env);
  const installed = findPlatformPackage(cli.env);
  const data = settings['FUSION_DATA']!;
  cli.settleFirst();
  await buildDashboard(cli, installed);
  cli.out.note(`Starting platform ${installed.version} with its data in ${data}`);
  // In a group of its own: Ctrl-C in a terminal reaches this command alone, which then stops the platform once.
  const child = spawnPlatformProgram(installed, 'main', [], {
    // Flags go before variables, these before what a backup brought along.
    env: { ...(await restoredSettings(data)), ...cli.env, ...settings },
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const ended = new Promise<number | null>((settle, fail) => {
    child.once('exit', settle);
    child.once('error', fail);
  });
  const log = keepLog(child.stdout!, data, cli.out);
  const stop = (): void => {
    cli.out.note('Stopping the platform; what runs is found again at the next start');
    child.kill('SIGTERM');
  };
  cli.signal.addEventListener('abort', stop, { once: true });
  try {
    const url = await Promise.race([readAddress(child), ended.then(() => undefined)]);
    if (url !== undefined) {
      await log.open();
      const link = await signInLink(cli, data, url);
      tell(cli, { url, data, log: log.path, pid: child.pid!, sign_in_url: link });
    }
    const code = await ended;
    if (cli.signal.aborted && url !== undefined) cli.out.note('The platform has stopped');
    if (cli.signal.aborted) return exitCodes.success;
    throw new CliError(
      url === undefined
        ? 'The platform did not start: it says why above'
        : `The platform has ended by itself (${String(code ?? child.signalCode)})`,
      {
        exitCode: exitCodes.fault,
        next: url === undefined ? 'fusion-platform doctor' : `read the end of ${log.path}`,
      },
    );
  } finally {
    cli.signal.removeEventListener('abort', stop);
    await log.close();
  }
}

function settingsOf(options: Options, env: NodeJS.ProcessEnv): Record<string, string> {
  const { data, port, host, services } = options;
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535))
    throw usageError(`--port takes a number from 0 to 65535, not "${port}"`);
  return {
    FUSION_DATA: dataFolder(data, env),
    ...(port !== undefined && { FUSION_PORT: port }),
    ...(host !== undefined && { FUSION_HOST: host }),
    ...(services !== undefined && {
      FUSION_SERVICES: services
        .split(',')
        .map((folder) => resolve(folder.trim()))
        .join(','),
    }),
  };
}

async function readAddress(child: ChildProcess): Promise<string> {
  const [message] = (await once(child, 'message')) as [{ readonly url: string }];
  return message.url;
}

/** Logs the first user in, once. A platform without it is as good. */
async function signInLink(cli: Cli, data: string, url: string): Promise<string | null> {
  try {
    const { ids } = await administrate(cli, { data, args: ['sign-in-link'] });
    const [link] = ids;
    // With a database that is a server, the administration knows no port that was free.
    return link === undefined ? null : `${url}/sign-in${new URL(link).hash}`;
  } catch (error) {
    if (!cli.signal.aborted) cli.out.warn(`There is no link to sign in with: ${(error as Error).message}`);
    return null;
  }
}

interface Told {
  readonly url: string;
  readonly data: string;
  readonly log: string;
  readonly pid: number;
  readonly sign_in_url: string | null;
}

function tell({ out }: Cli, told: Told): void {
  const { url, data, log, sign_in_url: link } = told;
  if (out.json) out.record(told);
  else
    out.result({
      json: undefined,
      ids: [url],
      text: ({ colours }) => `
  The platform is running until Ctrl-C.

    Address   ${colours.bold(url)}
    Sign in   ${link ?? '-'}
              (once, within a quarter of an hour; later: fusion-platform admin sign-in-link)
    Data      ${data}
    Log       ${log}
`,
    });
}
