import { sql } from 'drizzle-orm';

import { plainMessage, selectRows } from '../../database/index.ts';
import type { ComponentInput, ComponentState } from '../../database/index.ts';
import { InputUnavailableError, isUnavailable } from '../../runtimes/index.ts';
import { inputReason, LeaseLostError, withoutCredentials } from '../component/index.ts';
import type { Context } from '../context.ts';
import type { AttemptRow } from '../rows.ts';
import { drive } from './drive.ts';
import { failPlatform } from './steps/index.ts';

/** The components that this process drives, side by side. */
export interface Drivers {
  /** Drives a component that was claimed; again once it has ended, when it is driven already. */
  readonly launch: (componentId: string) => void;
  readonly ids: () => readonly string[];
  /** Resolves once none is left. */
  readonly ended: () => Promise<void>;
}

interface DriversOptions {
  readonly signal: AbortSignal;
  /** Told of the attempt that there is to be cleaned up after. */
  readonly onLeft: (attempt: AttemptRow) => void;
  readonly onLeaseLost: () => void;
  /** Told when there may be work that no event tells of. */
  readonly onIdle: () => void;
}

/** After so many faults of the platform in a row a component fails: 1 + 2 + 4 + 8 s of trying. */
const maximumFaults = 5;

export function createDrivers(context: Context, options: DriversOptions): Drivers {
  const { signal, onIdle } = options;
  const running = new Map<string, Promise<void>>();
  const again = new Set<string>();
  const launch = (id: string): void => {
    if (running.has(id)) again.add(id);
    else running.set(id, keepDriving(id));
  };
  const keepDriving = async (id: string): Promise<void> => {
    const well = await driveSafely(context, id, options);
    running.delete(id);
    // It was claimed again while its driver was ending.
    if (again.delete(id) && !signal.aborted) launch(id);
    // What ended well has published what there is to claim.
    else if (!well || running.size === 0) onIdle();
  };
  return {
    launch,
    ids: () => [...running.keys()],
    ended: async () => void (await Promise.all(running.values())),
  };
}

/** @returns whether it was driven to where it needs no driver */
async function driveSafely(
  context: Context,
  componentId: string,
  { signal, onLeft, onLeaseLost }: DriversOptions,
): Promise<boolean> {
  const { log } = context;
  try {
    const left = await drive(context, componentId, signal);
    if (left) onLeft(left);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    if (error instanceof LeaseLostError) {
      log.info({ component: componentId }, error.message);
      onLeaseLost();
      return false;
    }
    log.error({ err: error, component: componentId }, 'a step of a component failed');
    await recordFault(context, componentId, error).catch((fault: unknown) =>
      log.error({ err: fault, component: componentId }, 'cannot write down the fault of a component'),
    );
    return false;
  }
}

interface Faulty {
  readonly faults: number;
  readonly inputs: ComponentInput[];
  readonly state: ComponentState;
  readonly execution: string;
}

/** Of what a fault says. */
const mostCharacters = 1000;

async function recordFault(
  context: Pick<Context, 'database' | 'events' | 'nodeId' | 'onEnded'>,
  componentId: string,
  error: unknown,
): Promise<void> {
  const { database, events, nodeId } = context;
  const message = withoutCredentials(plainMessage(error));
  // That is no fault of the component: it waits until it can be run, however long that takes.
  const most = isUnavailable(error) ? maximumFaults - 1 : maximumFaults;
  const row = await database.transaction(async (tx) => {
    const [written] = await selectRows<Faulty>(
      tx,
      sql`update process_service_executions set faults = least(faults + 1, ${most}), fault = ${message.slice(0, mostCharacters)},
          retry_at = clock_timestamp() + make_interval(secs => power(2, least(faults, ${maximumFaults})))
        where id = ${componentId} and lease_owner = ${nodeId}
        returning faults, job_inputs as inputs, state, process_execution_id as execution`,
    );
    if (written) await events.publish(tx, { kind: 'execution', id: written.execution });
    return written;
  });
  // What is not in the store now will not be there later.
  if (row === undefined || (row.faults < maximumFaults && !isGone(error))) return;
  const why =
    error instanceof InputUnavailableError ? inputReason(row.inputs, error.path, error.message) : undefined;
  const what = row.state === 'publishing' ? 'store what it made' : 'run it';
  await failPlatform(context, componentId, `The platform could not ${what}: ${message}`, why);
}

const isGone = (error: unknown): boolean =>
  error instanceof InputUnavailableError &&
  (error.cause as { readonly code?: unknown } | null)?.code === 'no_such_object';
