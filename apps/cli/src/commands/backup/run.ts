import { resolve } from 'node:path';

import type { Cli, CommonOptions } from '../../command/index.ts';
import { administrate, showingProgress } from '../../local-platform/index.ts';
import { bytes } from '../../output/index.ts';

interface Options extends CommonOptions {
  readonly data?: string;
}

export async function run(cli: Cli, options: Options, file: string): Promise<void> {
  const path = resolve(file);
  cli.settleFirst();
  cli.onInterrupt([`nothing was written: fusion-platform backup '${file}' begins again`]);
  const { json } = await showingProgress(
    cli,
    'Backing up',
    async (heard) => await administrate(cli, { data: options.data, args: ['backup', path], heard }),
  );
  const { size } = json as { readonly size: number };
  cli.out.result({ json, ids: [path], text: () => `${path}: ${bytes(size)}` });
}
