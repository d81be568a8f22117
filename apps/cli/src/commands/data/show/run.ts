import type { Data, DataFile } from 'fusion-platform';

import type { Cli, CommonOptions } from '../../../command/index.ts';
import { findData } from '../../../find/index.ts';
import { bytes, oneLine } from '../../../output/index.ts';
import type { Sink } from '../../../output/index.ts';

interface Shown {
  readonly data: Data;
  readonly files: readonly DataFile[];
}

export async function run(cli: Cli, _: CommonOptions, which: readonly string[]): Promise<void> {
  const { organisation } = await cli.open();
  const shown: Shown[] = [];
  for (const one of which) {
    const data = await findData(organisation, one);
    shown.push({ data, files: await data.files().toArray({ signal: cli.signal }) });
  }
  cli.out.result({
    json: shown.map(({ data, files }) => ({ ...data.toJSON(), files })),
    ids: shown.map(({ data }) => data.id),
    text: (sink) => shown.map((one) => textOf(sink, one)).join('\n\n'),
  });
}

function textOf(sink: Sink, { data, files }: Shown): string {
  const { colours } = sink;
  const head = `${colours.bold(oneLine(data.name))}  ${colours.dim(data.id)}`;
  return [head, ...files.flatMap((file) => fileLines(sink, file))].join('\n');
}

function fileLines({ colours }: Sink, file: DataFile): string[] {
  const state = stateOf(file);
  const facts = [
    file.file_type,
    file.size === undefined ? '' : bytes(file.size),
    file.crs ?? '',
    file.resolution === undefined ? '' : `${file.resolution} m`,
    file.area === undefined
      ? ''
      : `${(file.area / 1e6).toLocaleString('en-GB', { maximumFractionDigits: 2 })} km²`,
  ].filter(Boolean);
  const lines = [`  ${oneLine(file.file_name ?? file.id)}  ${facts.join(', ')}${state}`];
  if (file.bounds) lines.push(`    bounds ${file.bounds.map((one) => one.toFixed(5)).join(' ')}`);
  for (const selector of file.selectors ?? []) {
    const { selector: name, minimum, maximum, mean } = selector as unknown as Record<string, unknown>;
    const told = [
      typeof minimum === 'number' ? `from ${minimum}` : '',
      typeof maximum === 'number' ? `to ${maximum}` : '',
      typeof mean === 'number' ? `mean ${mean}` : '',
    ].filter(Boolean);
    const values = told.length > 0 ? `  ${told.join(', ')}` : '';
    lines.push(`    ${colours.cyan(oneLine(String(name)))}${values}`);
  }
  if (file.description)
    lines.push(`    ${file.error ? colours.red(oneLine(file.description)) : oneLine(file.description)}`);
  return lines;
}

function stateOf({ error, publishable, size }: DataFile): string {
  if (error) return '  cannot be used';
  if (size === undefined) return '  has not arrived';
  return publishable === undefined ? '  is being analysed' : '';
}
