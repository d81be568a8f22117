import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

import type { Cli, CommonOptions } from '../../command/index.ts';
import { CliError, exitCodes, usageError } from '../../errors/index.ts';
import { findPlatformPackage, spawnPlatformProgram } from '../../platform-package.ts';
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
  cli.out.note(`Starting platform ${installed.version} with its data in ${data}`);
  // In a group of its own: Ctrl-C in a terminal reaches this command alone, which then stops the platform once.
  const child = spawnPlatformProgram(installed, 'main', [], {
    env: { ...cli.env, ...settings },
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
      tell(cli, { url, data, log: log.path, pid: child.pid! });
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
    FUSION_DATA: resolve(data ?? (env['FUSION_DATA'] || '.fusion/platform')),
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

interface Told {
  readonly url: string;
  readonly data: string;
  readonly log: string;
  readonly pid: number;
}

function tell({ out }: Cli, told: Told): void {
  const { url, data, log, pid } = told;
  if (out.json) out.record({ url, data, log, pid });
  else
    out.result({
      json: undefined,
      ids: [url],
      text: ({ colours }) => `
  The platform is running until Ctrl-C.

    Address   ${colours.bold(url)}
    Data      ${data}
    Log       ${log}
`,
    });
}
