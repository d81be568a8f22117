import { spawn } from 'node:child_process';

import type { Organisation } from 'fusion-platform';

import type { Cli, CommonOptions } from '../../command/index.ts';
import { findSubject } from '../../find/index.ts';

interface Options extends CommonOptions {
  readonly print?: boolean;
}

export async function run(cli: Cli, options: Options, which: string | undefined): Promise<void> {
  const { organisation, target } = await cli.open();
  const url = new URL(which === undefined ? '/' : await pathOf(organisation, which), target.url).href;
  cli.out.result({ json: { url }, ids: [url], text: () => url });
  if (!options.print && !cli.out.json && !cli.out.quiet && process.stdout.isTTY) openInBrowser(url);
}

async function pathOf(organisation: Organisation, which: string): Promise<string> {
  const subject = await findSubject(organisation, which);
  switch (subject.kind) {
    case 'process':
      return `/processes/${subject.process.id}`;
    case 'execution':
      return `/executions/${subject.execution.id}`;
    case 'component':
      return `/components/${subject.component.id}`;
  }
}

/** By the system's own means; where it has none, the address has been printed. */
function openInBrowser(url: string): void {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', url]
        : ['xdg-open', url];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
