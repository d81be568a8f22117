import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { Cli, CommonOptions } from '../../command/index.ts';
import { usageError } from '../../errors/index.ts';
import { administrate, dataFolder, showingProgress } from '../../local-platform/index.ts';
import { bytes, moment, plural } from '../../output/index.ts';

interface Options extends CommonOptions {
  readonly data?: string;
}

interface Restored {
  readonly created_at: string;
  readonly files: number;
  readonly bytes: number;
}

export async function run(cli: Cli, options: Options, file: string): Promise<void> {
  const folder = dataFolder(options.data, cli.env);
  if (!(await stat(file)).isFile()) throw usageError(`${file} is no file`);
  cli.settleFirst();
  cli.onInterrupt([`nothing was restored: the same command begins again`]);
  const { json } = await showingProgress(
    cli,
    'Restoring',
    async (heard) => await administrate(cli, { data: folder, args: ['restore', resolve(file)], heard }),
  );
  const restored = json as Restored;
  cli.out.result({
    json,
    ids: [folder],
    text: () =>
      `${folder}: ${plural(restored.files, 'file')}, ${bytes(restored.bytes)}, as they were at ${moment(restored.created_at)}`,
  });
  cli.out.note(`  → fusion-platform up --data '${folder}'`);
}
