import { join, relative, resolve } from 'node:path';

import type { Organisation, Process, ProcessExecution } from 'fusion-platform';

import type { Cli } from '../../command/index.ts';
import { exitCodes } from '../../errors/index.ts';
import { oneLine, plural } from '../../output/index.ts';
import { fetchAll, writeWhole } from '../../transfer/index.ts';
import type { Fetched } from '../../transfer/index.ts';
import { lookOn, verdict } from '../../watching/index.ts';
import { leftOver } from './left-over.ts';
import { processFolder } from './layout.ts';
import { metricsCsv } from './metrics-csv.ts';
import type { MetricsRow } from './metrics-csv.ts';
import type { DownloadChoices } from '../download-options.ts';
import { planExecution } from './plan.ts';
import type { Plan } from './plan.ts';
import { removeProcess } from './remove.ts';

/** What a download wrote, as `download --json` prints it. */
export interface Report {
  readonly process: { readonly id: string; readonly name: string };
  readonly executions: readonly string[];
  readonly folder: string;
  readonly files: readonly {
    readonly path: string;
    readonly size: number;
    readonly already_there: boolean;
  }[];
  readonly failed: readonly { readonly path: string; readonly reason: string }[];
  readonly metrics: string | null;
}

export interface DownloadSource {
  /** What was typed to name it: the folder is called so. */
  readonly typed: string;
  readonly process: Process;
  readonly executions: readonly ProcessExecution[];
  /** Takes on what is written, over several processes. */
  readonly gathered?: Gathered;
}

export interface Gathered {
  readonly reports: Report[];
  readonly metrics: MetricsRow[];
}

/** How many executions are looked into at once. */
const together = 4;

/** Waits for a run unless told not to, downloads what was chosen, and gives the exit code. */
export async function downloadProcess(
  cli: Cli,
  organisation: Organisation,
  choices: DownloadChoices,
  { typed, process, executions, gathered = { reports: [], metrics: [] } }: DownloadSource,
): Promise<number> {
  const { out } = cli;
  if (executions.length === 0) {
    out.warn(`"${process.name}" has never run: there is nothing to download`);
    return exitCodes.notFound;
  }
  const running = !executions.every(hasEnded);
  const seen =
    running && choices.waitForCompletion !== false ? await lookOn(cli, process, executions) : undefined;
  const base = resolve(choices.to ?? '.');
  const folder = join(base, processFolder(typed));
  cli.onInterrupt([
    `what has come is kept in ${join(folder, '.partial')}: run the same command again to carry on`,
  ]);
  const plans = await planAll(cli, organisation, { process, folder, choices }, executions);
  const documents = plans.flatMap((plan) => plan.documents);
  for (const { path, text } of documents) await writeWhole(path, text);
  if (choices.stac) out.note(`Wrote ${plural(documents.length, 'STAC file')}, without the data (--stac)`);
  const files = choices.stac ? [] : plans.flatMap((plan) => plan.files);
  const fetched: Fetched = choices.stac
    ? { fetched: [], kept: [], failed: [] }
    : await fetchAll(cli, files, { folder, parallel: choices.parallel ?? 4 });
  gathered.metrics.push(...plans.flatMap((plan) => plan.metrics));
  const metrics = choices.metrics ? await writeMetrics(base, gathered.metrics) : null;
  gathered.reports.push(reportOf({ process, executions, folder }, fetched, metrics));
  if (fetched.failed.length > 0) {
    out.failure(
      `${plural(fetched.failed.length, 'file')} of ${files.length} could not be downloaded`,
      'run the same command again: only what is missing is fetched',
    );
    return exitCodes.network;
  }
  if (!choices.stac)
    await tellLeftOver(
      cli,
      folder,
      [...documents, ...files].map(({ path }) => path),
    );
  // Of a run that ended before it was asked for too: a script must not take what an earlier run left for its results.
  const code = verdict(cli, seen ?? executions.filter(hasEnded).map((execution) => ({ execution })));
  // What failed is kept: somebody will want to know why.
  if (choices.remove && code === exitCodes.success) await removeProcess(cli, organisation, process);
  return code;
}

/** Who reads all that lies in a folder must know what this run has not made. */
async function tellLeftOver({ out }: Cli, folder: string, paths: readonly string[]): Promise<void> {
  const left = await leftOver(paths);
  if (left.length === 0) return;
  const named = left.slice(0, 3).map((path) => oneLine(relative(folder, path)));
  out.warn(
    `${plural(left.length, 'file')} in ${relative('.', folder) || '.'} ${left.length === 1 ? 'is' : 'are'} not of this run: ${named.join(', ')}${left.length > 3 ? ', …' : ''}`,
  );
}

const hasEnded = ({ progress }: ProcessExecution): boolean => progress >= 100;

async function planAll(
  cli: Cli,
  organisation: Organisation,
  about: { readonly process: Process; readonly folder: string; readonly choices: DownloadChoices },
  executions: readonly ProcessExecution[],
): Promise<readonly Plan[]> {
  const plans: Plan[] = [];
  const queue = executions.entries();
  const work = async (): Promise<void> => {
    for (const [i, execution] of queue) {
      plans[i] = await planExecution({ organisation, ...about, signal: cli.signal }, execution);
    }
  };
  await Promise.all(Array.from({ length: together }, work));
  return plans;
}

async function writeMetrics(base: string, rows: readonly MetricsRow[]): Promise<string> {
  const path = join(base, 'metrics.csv');
  await writeWhole(path, metricsCsv(rows));
  return path;
}

function reportOf(
  {
    process,
    executions,
    folder,
  }: Pick<DownloadSource, 'process' | 'executions'> & { readonly folder: string },
  { fetched, kept, failed }: Fetched,
  metrics: string | null,
): Report {
  return {
    process: { id: process.id, name: process.name },
    executions: executions.map(({ id }) => id),
    folder,
    files: [
      ...fetched.map(({ path, size }) => ({ path, size, already_there: false })),
      ...kept.map(({ path, size }) => ({ path, size, already_there: true })),
    ],
    failed: failed.map(({ wanted, error }) => ({ path: wanted.path, reason: (error as Error).message })),
    metrics,
  };
}
