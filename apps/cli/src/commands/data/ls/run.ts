import type { Cli, CommonOptions } from '../../../command/index.ts';
import { moment } from '../../../output/index.ts';

interface Options extends CommonOptions {
  readonly search?: string;
}

export async function run(cli: Cli, { search }: Options): Promise<void> {
  const { organisation } = await cli.open();
  const all = search ? (await organisation.findData({ search })).all : organisation.data();
  const rows = await all.toArray({ signal: cli.signal });
  cli.out.list(rows, {
    columns: (sink) => [
      { title: 'NAME', value: ({ name }) => name, flexible: true },
      { title: 'CREATED', value: ({ created_at: at }) => moment(at) },
      { title: 'ID', value: ({ id }) => id, paint: (text) => sink.colours.dim(text) },
    ],
    none: search
      ? 'There is no such data: fusion-platform data ls shows all'
      : 'There is no data: fusion-platform data upload FILE',
  });
}
