import type { ProcessServiceExecution } from 'fusion-platform';

import type { Cli, CommonOptions } from '../../command/index.ts';
import { notFound } from '../../errors/index.ts';
import { componentsOf } from '../../find/index.ts';
import { oneLine, plural } from '../../output/index.ts';
import { componentState } from '../../watching/index.ts';
import { readPart } from './read-part.ts';
import type { Line } from './read-part.ts';
import { readSelection } from './selection.ts';
import type { Selection } from './selection.ts';
import { createWriter } from './writer.ts';
import type { Form } from './writer.ts';

interface Options extends CommonOptions {
  readonly follow?: boolean;
  readonly since?: string;
  readonly grep?: string;
  readonly failed?: boolean;
  readonly component?: readonly string[] | boolean;
  readonly csv?: boolean;
}

export async function run(cli: Cli, options: Options, which: string): Promise<void> {
  const selection = readSelection(options, Date.now());
  const { organisation } = await cli.open();
  const all = await componentsOf(organisation, which);
  const names = Array.isArray(options.component) ? (options.component as readonly string[]) : undefined;
  const components = all.filter(
    (one) =>
      (!options.failed || componentState(one) === 'failed') &&
      (names === undefined || names.includes(one.name)),
  );
  if (components.length === 0) {
    const kind = options.failed ? 'failed component' : 'component';
    throw notFound(`There is no ${kind} of "${which}"`, `fusion-platform watch "${which}"`);
  }
  const form: Form = options.csv ? 'csv' : cli.out.json ? 'json' : 'text';
  const write = createWriter(cli.out, form, components.length > 1);
  cli.onInterrupt([`to read on: fusion-platform logs "${which}" --follow`]);
  let count = 0;
  // Followed side by side, read one after the other: a log in order is easier to read.
  if (options.follow)
    await Promise.all(
      components.map(async (one) => (count += await printOne(cli, one, selection, write, true))),
    );
  else for (const one of components) count += await printOne(cli, one, selection, write, false);
  if (count === 0) cli.out.note(`No records in the logs of ${plural(components.length, 'component')}`);
}

async function printOne(
  { signal }: Cli,
  component: ProcessServiceExecution,
  selection: Selection,
  write: (name: string, record: Line) => void,
  follow: boolean,
): Promise<number> {
  let count = 0;
  const { since, matches } = selection;
  const name = oneLine(component.name);
  const records = follow ? component.followLogs({ signal }) : readPart(component, selection, signal);
  for await (const record of records) {
    if (signal.aborted) break;
    if (since !== undefined && Date.parse(record.logged_at) < since) continue;
    if (!matches(record.message ?? '')) continue;
    write(name, record);
    count += 1;
  }
  return count;
}
