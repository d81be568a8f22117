import { existsSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { AttemptEnded } from '../local/attempts.ts';
import { factsOf } from '../local/facts.ts';
import { writeDocument } from '../write-document.ts';
import type { JobResources, Observation, RuntimeReason } from '../runtime.ts';
import type { Cluster, Queue } from './cluster.ts';
import { clusterStanding } from './job-state.ts';

type Standing = Omit<
  Observation,
  'attemptId' | 'imageDigest' | 'logs' | 'metrics' | 'status' | 'cursor' | 'more'
>;

const noResources = { cpu: 0, gpu: 0, memoryMb: 0, storageGb: 0, timeoutSeconds: null };
const unknownUsage = { peakMemoryBytes: null, peakStorageBytes: null, cpuSeconds: null };
/** A shared file system may show the end of an attempt later than the cluster tells of it. */
const settleMilliseconds = 5000;

/**
 * How an attempt stands: by its own word, which the agent on its node has written, and where there is none by the
 * cluster's.
 * @param overInCluster since when the cluster says that it is over, of those that have not said so themselves
 */
export async function standingOf(
  base: string,
  name: string,
  resources: JobResources | undefined,
  cluster: Cluster,
  overInCluster: Map<string, number>,
): Promise<Standing> {
  const started = readStarted(base);
  const own = await ownStanding(base, name, resources, cluster, started);
  if (own !== null) {
    overInCluster.delete(base);
    return own;
  }
  const queue = await knownQueue(cluster, name);
  // It may have ended between the two looks.
  const meanwhile = await ownStanding(base, name, resources, cluster, started);
  if (meanwhile !== null) return meanwhile;
  const job = queue.byName.get(name);
  const asked = (await readCancellation(base)) !== null;
  const found = clusterStanding(job, queue.jobs, {
    resources: resources ?? noResources,
    asked,
  });
  const standing: Standing = {
    ...found,
    node: started?.node ?? found.node,
    exitCode: null,
    startedAt: started?.startedAt ?? null,
    endedAt: null,
    usage: unknownUsage,
  };
  if (found.state === 'queued' || found.state === 'running') return standing;
  const since = overInCluster.get(base) ?? Date.now();
  overInCluster.set(base, since);
  if (started !== null && Date.now() - since < settleMilliseconds)
    return { ...standing, state: 'running', reason: null };
  return { ...standing, endedAt: new Date().toISOString() };
}

export const readExit = (base: string): AttemptEnded | null => {
  const document = readJson(join(base, 'exit.json')) as Omit<AttemptEnded, 'state'> | null;
  return document && { state: 'ended', ...document };
};

export const hasBegun = (base: string): boolean =>
  existsSync(join(base, 'started.json')) || existsSync(join(base, 'exit.json'));

/** Changes with whatever there is to be told. */
export const changeMark = (base: string): string =>
  ['log.ndjson', 'metrics.ndjson', 'job/status.json', 'exit.json']
    .map((name) => {
      const found = statSync(join(base, name), { throwIfNoEntry: false });
      return found ? `${found.size}-${found.mtimeMs}` : '';
    })
    .join(' ');

async function ownStanding(
  base: string,
  name: string,
  resources: JobResources | undefined,
  cluster: Cluster,
  started: Started | null,
): Promise<Standing | null> {
  const exit = readExit(base);
  if (exit === null) return null;
  const { imageDigest: _, ...facts } = factsOf(exit, resources, started?.node ?? '');
  const asked = (await readCancellation(base)) !== null;
  if (!mayBeOfTheCluster(facts.reason, asked)) return facts;
  // Why, the cluster says once the job is over.
  const job = (await cluster.queue()).byName.get(name);
  switch (job?.state) {
    case 'RUNNING':
    case 'COMPLETING':
      return { ...facts, state: 'running', reason: null, endedAt: null, exitCode: null };
    case 'OUT_OF_MEMORY':
      return {
        ...facts,
        reason: {
          code: 'out_of_memory',
          evidence: { limitMb: resources?.memoryMb ?? 0, peakBytes: exit.peakMemoryBytes },
        },
      };
    case 'TIMEOUT':
    case 'DEADLINE':
    case 'NODE_FAIL':
    case 'PREEMPTED':
    case 'REVOKED': {
      const { state, reason } = clusterStanding(job, [], { resources: resources ?? noResources, asked });
      return { ...facts, state, reason };
    }
    default:
      return facts;
  }
}

/** The kernel kills for memory, and the cluster asks a job to end for its time, its node or a more important job. */
function mayBeOfTheCluster(reason: RuntimeReason | null, asked: boolean): boolean {
  if (reason?.code === 'signalled') return reason.evidence.signal === 'SIGKILL';
  return reason?.code === 'cancelled' && !asked;
}

/** Asked again where a job that has just been submitted is not in the last answer. */
async function knownQueue(cluster: Cluster, name: string): Promise<Queue> {
  const queue = await cluster.queue();
  return queue.byName.has(name) ? queue : await cluster.queue(0);
}

interface Started {
  readonly startedAt: string;
  readonly node: string;
}

const readStarted = (base: string): Started | null => readJson(join(base, 'started.json')) as Started | null;

/** Null where it is not there, or not whole yet. */
function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** That somebody asked for the end of an attempt, how long it has for that, and when it is to be made to. */
export interface Cancellation {
  readonly graceSeconds: number;
  readonly killAt: string;
}

export const cancellationFile = (base: string): string => join(base, 'cancelled.json');

/** Whole at any moment: the agent may be reading the one before while it is asked again. */
export async function writeCancellation(base: string, graceSeconds: number): Promise<void> {
  const killAt = new Date(Date.now() + (graceSeconds + 5) * 1000).toISOString();
  await writeDocument(cancellationFile(base), { graceSeconds, killAt } satisfies Cancellation);
}

export async function readCancellation(base: string): Promise<Cancellation | null> {
  const text = await readFile(cancellationFile(base), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as Cancellation);
}
