import { isDeepStrictEqual } from 'node:util';

import { and, asc, eq, gt } from 'drizzle-orm';

import { CallError } from '@fusion-platform/contract';
import type { ExecutionEvent, LogEvent } from '@fusion-platform/contract';
import type { z } from 'zod';

import { tables } from '../../database/index.ts';
import { createWaker } from '../../events/index.ts';
import type { Change } from '../../events/index.ts';
import type { Context } from '../context.ts';
import { seqOfLogId } from '../records/index.ts';
import { presentLog } from './present.ts';
import { componentsOf, describeExecution, findComponent, findExecution } from './read.ts';
import type { Reading } from './read.ts';
import { createSampleReader } from './sample-reader.ts';
import { hasEnded } from '../component/index.ts';

/** A listener usually hears of a change at once. One whose event was missed is found after this time at the latest. */
const lookEveryMilliseconds = 10_000;
/** How often a listener is told of changes at most. */
const tellEveryMilliseconds = 100;
const batchSize = 500;

export interface StreamItem<T> {
  readonly id?: string;
  readonly value: T;
}

type Needs = Pick<Context, 'database' | 'events'>;

/**
 * An execution and its components as they stand, then each as it changes, until the execution has ended or the signal is
 * aborted. What changes several times while the listener is busy is told once, as it then stands.
 * @throws CallError `not_found`
 */
export async function followExecution(
  needs: Needs,
  organisationId: string,
  executionId: string,
  reading: Reading,
  signal: AbortSignal,
): Promise<AsyncIterable<StreamItem<z.output<typeof ExecutionEvent>>>> {
  const { queries } = needs.database;
  await findExecution(queries, organisationId, executionId);
  return wakened(needs, { kind: 'execution', id: executionId }, signal, async function* (sleep) {
    const told = new Map<string, unknown>();
    // An execution of hours has thousands of samples: with each change only the new ones are read.
    const samplesOf = createSampleReader(queries);
    const changed = (id: string, model: unknown): boolean => {
      if (isDeepStrictEqual(told.get(id), model)) return false;
      told.set(id, model);
      return true;
    };
    while (!signal.aborted) {
      const row = await findExecution(queries, organisationId, executionId);
      const execution = await describeExecution(queries, row, reading.limits);
      // Components first: the end is told after all that led to it.
      for (const model of await componentsOf(queries, row, reading, samplesOf)) {
        if (changed(model.id, model)) yield { value: { event: 'component', model } };
      }
      if (changed(executionId, execution)) yield { value: { event: 'execution', model: execution } };
      if (row.ended_at !== null) {
        yield { value: { event: 'end' } };
        return;
      }
      await sleep();
    }
  });
}

/**
 * The records of a component's log so far, or from the one after `lastEventId`, then each as it is written, until the
 * component has ended or the signal is aborted. A batch at a time is held in memory, however long the log is.
 * @throws CallError `not_found`
 */
export async function followLogs(
  needs: Needs,
  organisationId: string,
  componentId: string,
  lastEventId: string | undefined,
  signal: AbortSignal,
): Promise<AsyncIterable<StreamItem<z.output<typeof LogEvent>>>> {
  const { queries } = needs.database;
  const { componentLogs } = tables;
  await findComponent(queries, organisationId, componentId);
  return wakened(needs, { kind: 'log', id: componentId }, signal, async function* (sleep) {
    let after = (lastEventId === undefined ? undefined : seqOfLogId(componentId, lastEventId)) ?? 0;
    while (!signal.aborted) {
      // Asked before the records are read: an ended component writes none afterwards.
      const { state } = await findComponent(queries, organisationId, componentId);
      const rows = await queries
        .select()
        .from(componentLogs)
        .where(and(eq(componentLogs.component_id, componentId), gt(componentLogs.seq, after)))
        .orderBy(asc(componentLogs.seq))
        .limit(batchSize);
      for (const row of rows) {
        const model = presentLog(row);
        yield { id: model.id, value: { event: 'log', model } };
        after = row.seq;
      }
      if (rows.length === batchSize) continue;
      if (hasEnded(state)) {
        yield { value: { event: 'end' } };
        return;
      }
      await sleep();
    }
  });
}

/** Runs a generator that waits for changes. It is subscribed from before its first read until its end, so none is missed. */
async function* wakened<T>(
  { events }: Needs,
  { kind, id }: Change,
  signal: AbortSignal,
  generate: (sleep: () => Promise<void>) => AsyncGenerator<T>,
): AsyncGenerator<T> {
  const waker = createWaker();
  const unsubscribe = events.subscribe(kind, id, waker.wake);
  const pause = createWaker();
  try {
    yield* generate(async () => {
      await pause.sleep(tellEveryMilliseconds, signal);
      await waker.sleep(lookEveryMilliseconds, signal);
    });
  } catch (error) {
    // It was deleted meanwhile: the stream ends as one that has nothing more to say.
    if (!(error instanceof CallError && error.code === 'not_found')) throw error;
  } finally {
    unsubscribe();
  }
}
