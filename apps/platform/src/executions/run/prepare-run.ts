import { CallError } from '@fusion-platform/contract';

import type { Queries } from '../../database/index.ts';
import type { StoredRegions } from '../../data/index.ts';
import type { ProcessRow } from '../../processes/index.ts';
import type { Context } from '../context.ts';
import { makeRun } from './make-run.ts';
import type { Run } from './make-run.ts';

/** A run that only has to be written down: its region is cut, and the slices are stored. */
export interface PreparedRun {
  /** As it was read for it. */
  readonly process: ProcessRow;
  readonly run: Run;
  readonly regions: StoredRegions;
  /** What the inputs that start runs held before the region was cut: a change since then starts the next run. */
  readonly contents: ReadonlyMap<string, string>;
}

type Needs = Pick<Context, 'database' | 'processes' | 'data'>;

async function prepareRun({ database, processes, data }: Needs, process: ProcessRow): Promise<PreparedRun> {
  const watched = process.inputs.filter(({ change_trigger: trigger }) => trigger);
  const contents = await data.contentsOf(
    database.queries,
    watched.map(({ id }) => id),
  );
  const plan = await processes.plan(process);
  const run = makeRun(process, plan, architecture());
  return { process, run, contents, regions: await data.storeRegions(run.regions) };
}

/** How often a run is prepared again because its process has changed meanwhile. */
const mostTries = 3;

/**
 * Prepares a run of a process, which takes as long as cutting a region and storing its slices does, and then lets `start`
 * write it down in a transaction in which the process is locked, and is as it was.
 * @param work.isWanted whether there is a run to be prepared
 * @param work.start `prepared` is undefined where none was wanted
 * @returns what `start` returned: whether the run was started
 * @throws CallError `not_found`, `invalid_model`; `conflict` when the process changes all the time
 */
export async function withPreparedRun(
  { database, processes, data }: Needs,
  { organisationId, processId }: { readonly organisationId: string; readonly processId: string },
  work: {
    readonly isWanted: (process: ProcessRow) => Promise<boolean>;
    readonly start: (tx: Queries, process: ProcessRow, prepared: PreparedRun | undefined) => Promise<boolean>;
  },
): Promise<boolean> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const process = await processes.load(database.queries, organisationId, processId);
    const prepared = (await work.isWanted(process))
      ? await prepareRun({ database, processes, data }, process)
      : undefined;
    let outcome: 'started' | 'not started' | 'changed' = 'not started';
    try {
      outcome = await database.transaction(async (tx) => {
        const locked = await processes.load(tx, organisationId, processId, { lock: true });
        if (prepared && locked.updated_at !== process.updated_at) return 'changed';
        return (await work.start(tx, locked, prepared)) ? 'started' : 'not started';
      });
    } catch (error) {
      // The answer of a commit can be lost though it was made: then the bytes are needed. Those that are not are swept.
      if (prepared && error instanceof CallError) await data.discardRegions(prepared.regions);
      throw error;
    }
    if (prepared && outcome !== 'started') await data.discardRegions(prepared.regions);
    if (outcome !== 'changed') return outcome === 'started';
  }
  throw new CallError('conflict', 'The process is being changed: try again in a moment');
}

function architecture(): string {
  return globalThis.process.arch === 'x64' ? 'x86_64' : globalThis.process.arch;
}
