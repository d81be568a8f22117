import { buildReason } from '@fusion-platform/contract/reasons';
import type { Reason } from '@fusion-platform/contract';

import { readReason } from './read-reason.ts';
import type { Stoppers } from './stoppers.ts';
import type { AttemptRow, ShownComponent, ShownExecution } from '../rows.ts';

/** Why an execution that has ended failed or was stopped; empty otherwise. */
export function endOfExecution(row: ShownExecution, stoppers: Stoppers = new Map()): Reason[] {
  if (row.state !== 'failed' && row.state !== 'stopped') return [];
  const { id: execution, exit_type, abort_reason, group_id: group, ended_at: at } = row;
  if (row.state === 'failed' && !ownEnds.has(exit_type ?? ''))
    return [buildReason('component_failed', { execution, exit_type: exit_type ?? 'failed' }, abort_reason)];
  return [endReason(row, { execution, group, at, stopped: { by: row.stopped_by, stoppers } })];
}

/** Exit types that only executions have. For others, the reasons of the component that failed have the numbers. */
const ownEnds = new Set(['cancelled', 'slices_failed']);

/** Why a component was tried again, was not reused, failed or was stopped. */
export function reasonsOfComponent(
  row: ShownComponent,
  attempts: readonly AttemptRow[],
  stopped: Stopped = { by: null, stoppers: new Map() },
): Reason[] {
  const found: Reason[] = [];
  if (row.reuse_note !== null && row.reused_from === null)
    found.push(
      buildReason('not_reused', { service: row.service_id }, row.reuse_note),
      ...(row.reuse_differs ?? []).flatMap((one) => readReason(one) ?? []),
    );
  const last = attempts.at(-1);
  for (const attempt of attempts) {
    const again = attempt === last && row.ended_at !== null ? null : againReason(row, attempt, attempts);
    if (again) found.push(again);
  }
  if (row.state === 'failed' || row.state === 'stopped')
    found.push(
      endReason(row, {
        execution: row.process_execution_id,
        at: row.ended_at,
        memory: row.memory,
        storage: row.storage,
        runtime: row.runtime,
        outputs: row.job_outputs.length,
        attempts: attempts.length,
        last,
        stopped,
      }),
    );
  return found;
}

function againReason(row: ShownComponent, attempt: AttemptRow, all: readonly AttemptRow[]): Reason | null {
  const { number, reason, signal, exit_code, exit_type } = attempt;
  const why = reason ?? 'no more is known';
  switch (exit_type) {
    case 'lost':
      return buildReason('again_lost', { attempt: number, why, signal, node: attempt.node_id });
    case 'transient':
      return buildReason('again_transient', { attempt: number, why, exit_code });
    case 'out_of_memory': {
      const memory = all.find((later) => later.number > number)?.memory ?? row.memory;
      const limit = attempt.memory ?? row.memory;
      return buildReason('again_out_of_memory', {
        attempt: number,
        limit,
        memory,
        peak: attempt.peak_memory_bytes,
      });
    }
    default:
      return null;
  }
}

/** Who stopped an execution, and the names of those who did. */
export interface Stopped {
  readonly by: string | null;
  readonly stoppers: Stoppers;
}

interface EndFacts {
  readonly stopped: Stopped;
  readonly execution: string;
  readonly at: string | null;
  readonly group?: string | null;
  readonly memory?: number;
  readonly storage?: number;
  readonly runtime?: number | null;
  readonly outputs?: number;
  readonly attempts?: number;
  readonly last?: AttemptRow | undefined;
}

type Ended = Pick<ShownComponent, 'exit_type' | 'abort_reason'> & { readonly state: string };
type EndedComponent = Ended & Partial<Pick<ShownComponent, 'end_reason'>>;

/** The stored reason, with what else the row knows of it; without one, what the row knows. */
function endReason(row: EndedComponent, facts: EndFacts): Reason {
  const known = derivedReason(row, facts);
  const stored = row.end_reason ?? null;
  const said = row.abort_reason;
  if (stored === null) return known;
  if (stored.code !== known.code) return readReason(stored, said) ?? known;
  const values = Object.fromEntries(known.evidence.map(({ name, value }) => [name, value]));
  return readReason({ ...stored, evidence: { ...values, ...stored.evidence } }, said) ?? known;
}

/** Says the same as `abort_reason`, which is stored. */
function derivedReason({ exit_type: type, abort_reason: said, state }: Ended, facts: EndFacts): Reason {
  const { execution, at, last } = facts;
  // The platform itself ended what could not go on: no user stopped it.
  if (state === 'stopped' && type !== 'cancelled' && type !== 'slices_failed') {
    const { by, stoppers } = facts.stopped;
    const name = by === null ? undefined : stoppers.get(by);
    return buildReason('stopped', { execution, at, by, name }, name ? `${name} stopped it` : said);
  }
  const { exit_code, signal } = last ?? {};
  switch (type) {
    case 'cancelled':
    case 'platform_error':
      return buildReason(type, { execution }, said);
    case 'slices_failed':
      return buildReason(type, { execution, group: facts.group }, said);
    case 'transient':
      return buildReason(type, { exit_code, attempts: facts.attempts }, said);
    case 'lost':
      return buildReason(type, { attempts: facts.attempts, signal, node: last?.node_id }, said);
    default:
      return limitReason(type, said, facts) ?? serviceReason(type, said, last);
  }
}

/** The limit that was exceeded, with its number from the row of the component; null for another end. */
function limitReason(type: string | null, said: string | null, facts: EndFacts): Reason | null {
  const { memory, storage, runtime, outputs, last } = facts;
  if (type === 'out_of_memory' && memory !== undefined)
    return buildReason(type, { limit: last?.memory ?? memory, peak: last?.peak_memory_bytes }, said);
  if (type === 'storage_exceeded' && storage !== undefined)
    return buildReason(type, { limit: storage, peak: last?.peak_storage_bytes }, said);
  if (type === 'timed_out' && typeof runtime === 'number') return buildReason(type, { ran: runtime }, said);
  if (type === 'no_output' && outputs !== undefined)
    return buildReason(type, { outputs, exit_code: last?.exit_code }, said);
  return null;
}

const serviceReason = (type: string | null, said: string | null, last: AttemptRow | undefined): Reason =>
  buildReason(
    'service_error',
    { exit_type: type ?? 'failed', exit_code: last?.exit_code, signal: last?.signal },
    said,
  );
