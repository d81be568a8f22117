import { randomUUID } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { Cli, CommonOptions } from '../../../command/index.ts';
import { usageError } from '../../../errors/index.ts';
import { python } from './templates/python.ts';
import { typescript } from './templates/typescript.ts';

interface Options extends CommonOptions {
  readonly language?: string;
  readonly to?: string;
}

const templates = { typescript, python };

export async function run(cli: Cli, options: Options, name: string): Promise<void> {
  const language = readLanguage(options.language ?? 'typescript');
  const template = templates[language];
  const folder = options.to ?? folderName(name);
  if ((await readdir(folder).catch((): string[] => [])).length > 0)
    throw usageError(`${folder} is there already, and is not empty`, 'name another folder with --to');
  const ssdId = randomUUID();
  const { path, make } = template.sample;
  const files = { ...template.files({ name: name.trim(), ssdId }), [path]: await make() };
  for (const [below, content] of Object.entries(files)) {
    const target = join(folder, below);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  }
  const next = `fusion-platform services try ${folder} --input ${join(folder, path)}`;
  cli.out.result({
    json: {
      folder,
      name: name.trim(),
      ssd_id: ssdId,
      language,
      files: Object.keys(files),
      sample: join(folder, path),
    },
    ids: [folder],
    text: ({ colours }) =>
      [`${colours.green('✔')} ${folder}: ${Object.keys(files).join(', ')}`, `  → ${next}`].join('\n'),
  });
}

function readLanguage(given: string): keyof typeof templates {
  const known = (Object.keys(templates) as (keyof typeof templates)[]).find(
    (one) => one === given.toLowerCase(),
  );
  if (known) return known;
  throw usageError(`There is no template for "${given}": there are ${Object.keys(templates).join(' and ')}`);
}

function folderName(name: string): string {
  const folder = name
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');
  if (folder !== '') return folder;
  throw usageError(`"${name}" makes no name of a folder`, 'name one with --to');
}
