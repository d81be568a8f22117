import { readFile, rename } from 'node:fs/promises';
import { relative } from 'node:path';

import type { Cli, CommonOptions } from '../../command/index.ts';
import { writeDefinition } from '../../definition/index.ts';
import { findProcess } from '../../find/index.ts';
import { fetchAll, writeWhole } from '../../transfer/index.ts';
import { processFolder } from '../download/layout.ts';
import { describeDefinition } from './describe-definition.ts';

interface Options extends CommonOptions {
  readonly inputs?: boolean;
  readonly storage?: boolean;
  readonly stdout?: boolean;
}

export async function run(cli: Cli, options: Options, which: readonly string[]): Promise<void> {
  const { organisation } = await cli.open();
  const written: { readonly path: string | null; readonly yaml: string; readonly process: string }[] = [];
  for (const typed of which) {
    const { process } = await findProcess(organisation, typed);
    const { definition, files } = await describeDefinition(cli, organisation, process, options);
    const { failed } = await fetchDefined(cli, files);
    if (failed.length > 0) throw failed[0]!.error;
    const yaml = writeDefinition(definition);
    const path = options.stdout ? null : `${processFolder(typed)}.yml`;
    if (path !== null) {
      await keepOther(cli, path, yaml);
      await writeWhole(path, yaml);
    }
    written.push({ path, yaml, process: process.id });
  }
  cli.out.result({
    json: written,
    ids: written.map(({ process }) => process),
    text: () => written.map(({ path, yaml }) => (path === null ? yaml : relative('.', path))).join('\n'),
  });
}

/** A file that was changed by hand is not lost. */
async function keepOther({ out }: Cli, path: string, yaml: string): Promise<void> {
  const there = await readFile(path, 'utf8').catch(() => yaml);
  if (there === yaml) return;
  await rename(path, `${path}.old`);
  out.warn(`${path} was there with other content, which is now in ${path}.old`);
}

async function fetchDefined(cli: Cli, files: Parameters<typeof fetchAll>[1]): ReturnType<typeof fetchAll> {
  if (files.length === 0) return { fetched: [], kept: [], failed: [] };
  return await fetchAll(cli, files, { folder: '.', parallel: 4 });
}
