import type { Data, DataFile } from 'fusion-platform';

import type { Cli, CommonOptions } from '../../../command/index.ts';
import { findData } from '../../../find/index.ts';
import { oneLine } from '../../../output/index.ts';
import type { Sink } from '../../../output/index.ts';
import { fileLines } from './file-lines.ts';

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
