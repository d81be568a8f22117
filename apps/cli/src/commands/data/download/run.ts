import { join } from 'node:path';

import type { Cli, CommonOptions } from '../../../command/index.ts';
import { exitCodes } from '../../../errors/index.ts';
import { findData } from '../../../find/index.ts';
import { plural } from '../../../output/index.ts';
import { fetchAll } from '../../../transfer/index.ts';
import type { FileToFetch } from '../../../transfer/index.ts';
import { fileName } from '../../download/layout.ts';

interface Options extends CommonOptions {
  readonly to?: string;
  readonly preview?: boolean;
}

export async function run(cli: Cli, options: Options, which: readonly string[]): Promise<number> {
  const { organisation } = await cli.open();
  const folder = options.to ?? '.';
  const files: FileToFetch[] = [];
  for (const one of which) {
    const data = await findData(organisation, one);
    for (const file of await data.files().toArray({ signal: cli.signal })) {
      const name = fileName(file.file_name ?? file.id);
      files.push({ file, path: join(folder, name), size: file.size ?? 0 });
    }
  }
  if (options.preview) return await previews(cli, files);
  cli.onInterrupt(['run the same command again to carry on']);
  const { fetched, kept, failed } = await fetchAll(cli, files, { folder, parallel: 4 });
  cli.out.result({
    json: [...fetched, ...kept].map(({ path, size }) => ({ path, size })),
    ids: [...fetched, ...kept].map(({ path }) => path),
    text: () => [...fetched, ...kept].map(({ path }) => path).join('\n'),
  });
  if (failed.length === 0) return exitCodes.success;
  cli.out.failure(
    `${plural(failed.length, 'file')} of ${files.length} could not be downloaded`,
    'run the same command again: only what is missing is fetched',
  );
  return exitCodes.network;
}

async function previews(cli: Cli, files: readonly FileToFetch[]): Promise<number> {
  const written: string[] = [];
  for (const { file, path } of files) {
    if (file.preview_file_id === undefined) continue;
    await file.download({ path: `${path}.png`, preview: true, signal: cli.signal });
    written.push(`${path}.png`);
  }
  if (written.length === 0) cli.out.note('There are no previews');
  cli.out.result({ json: written.map((path) => ({ path })), ids: written, text: () => written.join('\n') });
  return exitCodes.success;
}
