import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

import { sql } from 'drizzle-orm';

import { CallError } from '@fusion-platform/contract';

import { selectRows } from '../../database/index.ts';
import { removeExecution } from '../cleanup/index.ts';
import { endExecutions, LeaseLostError } from '../component/index.ts';
import type { Context } from '../context.ts';
import { claimLeft, claimWaiting } from '../driver/claim.ts';
import { createAttemptHints, drive } from '../driver/index.ts';
import { execute, moveGroups, retryExecution, stop } from '../run/index.ts';
import { createScriptedRuntime } from './scripted-runtime.ts';
import type { ScriptedEnd, ScriptedRuntime } from './scripted-runtime.ts';
import type { TestPlatform } from './test-platform.ts';

/** What may happen to an engine. Numbers choose among what there is at that moment. */
export type EngineEvent =
  | { readonly kind: 'execute' | 'stop' | 'maintenance' }
  | { readonly kind: 'claim' | 'restart' | 'crash' | 'loseLease'; readonly node: number }
  | { readonly kind: 'end'; readonly which: number; readonly how: ScriptedEnd }
  | { readonly kind: 'begin'; readonly which: number }
  | { readonly kind: 'report'; readonly which: number; readonly progress: number }
  | { readonly kind: 'retry' | 'remove'; readonly which: number };

interface Node {
  readonly context: Context;
  readonly runtime: ScriptedRuntime;
  readonly drivers: Map<string, Promise<void>>;
  stopping: AbortController;
}

/**
 * Two nodes on one database, driven event by event: the engine's own functions, with a runtime whose attempts end as a
 * history says, and without the loop that calls them by itself.
 */
export class EngineModel {
  readonly #platform: TestPlatform;
  readonly #process: string;
  readonly #nodes: readonly Node[];
  readonly #faults: unknown[] = [];
  /** Attempts that a node went on with although its lease was over: they may run beside their successors. */
  readonly #orphaned = new Set<string>();

  constructor(platform: TestPlatform, process: string) {
    this.#platform = platform;
    this.#process = process;
    // The second one's runtime has a queue.
    this.#nodes = [this.#createNode(false), this.#createNode(true)];
  }

  #createNode(queues: boolean): Node {
    const { parts } = this.#platform;
    const nodeId = randomUUID();
    const runtime = createScriptedRuntime(nodeId, parts.objects, queues);
    const hints = createAttemptHints(runtime, (error) => this.#faults.push(error));
    const context: Context = {
      ...parts,
      nodeId,
      runtime,
      hints,
      settings: {
        attemptsFolder: '/nowhere',
        slots: 3,
        memoryMb: 8192,
        groupExecutions: 2,
        warningDays: 7,
        stopDelaySeconds: 0,
        retryDelaySeconds: 0,
        environment: {},
        blockCacheMegabytes: 0,
        leaseSeconds: 3600,
        resyncSeconds: 1,
      },
      onEnded: () => {},
      notify: async () => {},
    };
    return { context, runtime, drivers: new Map(), stopping: new AbortController() };
  }

  async close(): Promise<void> {
    for (const node of this.#nodes) {
      await this.#letGo(node);
      await node.context.hints.close();
    }
  }

  /** Does what an event says, where it can be done now, and what follows from it at once. */
  async apply(event: EngineEvent): Promise<void> {
    const { organisation, user } = this.#platform;
    const { context } = this.#nodes[0]!;
    try {
      switch (event.kind) {
        case 'execute':
          await execute(context, organisation, this.#process, user);
          break;
        case 'stop':
          await stop(context, organisation, this.#process, user);
          break;
        case 'maintenance':
          await this.#maintain();
          break;
        case 'claim':
          await this.#claim(this.#nodes[event.node]!);
          break;
        case 'restart':
          await this.#letGo(this.#nodes[event.node]!);
          await this.#claim(this.#nodes[event.node]!);
          break;
        case 'crash':
          await this.#crash(this.#nodes[event.node]!);
          break;
        case 'loseLease':
          await this.#expireLeases(this.#nodes[event.node]!);
          await this.#claim(this.#nodes[1 - event.node]!);
          break;
        case 'end':
        case 'begin':
        case 'report':
          this.#toAttempt(event);
          break;
        case 'retry':
        case 'remove':
          await this.#toExecution(event);
          break;
      }
    } catch (error) {
      // A call that is refused changes nothing: the checks that follow see to that.
      if (!(error instanceof CallError)) throw error;
    }
    await this.#settled();
  }

  /** Lets everything that is under way come to its end, well. */
  async finish(): Promise<void> {
    for (let round = 0; ; round += 1) {
      if (round > 200) throw new Error('the engine does not come to rest');
      await this.#maintain();
      for (const node of this.#nodes) await this.#claim(node);
      await this.#settled();
      const running = this.#nodes.flatMap(({ runtime }) =>
        runtime.running().map((job) => ({ runtime, job })),
      );
      for (const { runtime, job } of running) runtime.end(job.attemptId, 'well');
      await this.#settled();
      const [open] = await this.rows<{ count: number }>(
        sql`select count(*)::int as count from process_executions where ended_at is null`,
      );
      if (running.length === 0 && open!.count === 0) return;
    }
  }

  /** Components of which two attempts run, the orphaned ones apart. */
  runningTwice(): string[] {
    const ids = this.#nodes
      .flatMap(({ runtime }) => runtime.running())
      .filter(({ attemptId }) => !this.#orphaned.has(attemptId))
      .map((job) => job.ids.componentId);
    return ids.filter((id, index) => ids.indexOf(id) !== index);
  }

  async rows<T extends object>(query: ReturnType<typeof sql>): Promise<T[]> {
    return await selectRows<T>(this.#platform.database.queries, query);
  }

  async removeAll(): Promise<void> {
    const { organisation } = this.#platform;
    for (const { id } of await this.rows<{ id: string }>(sql`select id from process_executions`))
      await removeExecution(this.#nodes[0]!.context, organisation, id);
  }

  async #maintain(): Promise<void> {
    const { context } = this.#nodes[0]!;
    // In the place of the analysis of outputs, which is another subject's.
    await this.rows(sql`update data_files set analysed_at = clock_timestamp() where analysed_at is null`);
    await endExecutions(context);
    await moveGroups(context);
  }

  async #claim(node: Node): Promise<void> {
    const { context, drivers } = node;
    const left = await claimLeft(context, [...drivers.keys()]);
    const waiting = await context.database.transaction(async (tx) => await claimWaiting(tx, context));
    for (const id of [...left, ...waiting]) {
      const before = drivers.get(id) ?? Promise.resolve();
      const { signal } = node.stopping;
      const driver = before
        .then(async () => await drive(context, id, signal))
        .then(() => undefined)
        .catch((error: unknown) => {
          if (!signal.aborted && !(error instanceof LeaseLostError)) this.#faults.push(error);
        })
        .finally(() => {
          if (drivers.get(id) === driver) drivers.delete(id);
        });
      drivers.set(id, driver);
    }
  }

  /** The platform ends; what runs goes on. */
  async #letGo(node: Node): Promise<void> {
    node.stopping.abort();
    await Promise.all(node.drivers.values());
    node.drivers.clear();
    node.stopping = new AbortController();
  }

  async #crash(node: Node): Promise<void> {
    await this.#letGo(node);
    node.runtime.crash();
    await this.#expireLeases(node);
  }

  /** The others take the node for dead: its leases are over, and it has not noticed. */
  async #expireLeases({ context, runtime }: Node): Promise<void> {
    for (const { attemptId } of runtime.running()) this.#orphaned.add(attemptId);
    await this.rows(
      sql`update process_service_executions set lease_until = clock_timestamp() - interval '1 second'
        where lease_owner = ${context.nodeId} and state in ('preparing', 'running', 'publishing')`,
    );
  }

  #toAttempt(event: Extract<EngineEvent, { kind: 'end' | 'begin' | 'report' }>): void {
    const running = this.#nodes.flatMap(({ runtime }) => runtime.running().map((job) => ({ runtime, job })));
    const chosen = running[event.which % Math.max(1, running.length)];
    if (!chosen) return;
    const { runtime, job } = chosen;
    if (event.kind === 'end') runtime.end(job.attemptId, event.how);
    else if (event.kind === 'begin') runtime.begin(job.attemptId);
    else runtime.report(job.attemptId, event.progress);
  }

  async #toExecution({ kind, which }: Extract<EngineEvent, { kind: 'retry' | 'remove' }>): Promise<void> {
    const { organisation, user } = this.#platform;
    const { context } = this.#nodes[0]!;
    const all = await this.rows<{ id: string }>(
      sql`select id from process_executions order by group_index, id`,
    );
    const chosen = all[which % Math.max(1, all.length)];
    if (!chosen) return;
    if (kind === 'retry') await retryExecution(context, organisation, chosen.id, user);
    else await removeExecution(context, organisation, chosen.id);
  }

  /** Until every driver has ended or waits for an attempt that runs. */
  async #settled(): Promise<void> {
    const deadline = performance.now() + 120_000;
    for (;;) {
      if (this.#faults.length > 0) throw this.#faults[0];
      if (await this.#isSettled()) return;
      if (performance.now() > deadline) throw new Error('the drivers do not come to rest');
      await setImmediate();
    }
  }

  async #isSettled(): Promise<boolean> {
    if (this.#nodes.every(({ drivers }) => drivers.size === 0)) return true;
    const rows = await this.rows<{ attempt: string; counts: boolean; halting: boolean }>(
      sql`select a.id as attempt, e.state in ('stopping', 'failing') as halting,
          a.state in ('queued', 'running') and a.node_id = c.lease_owner and c.state in ('queued', 'running') as counts
        from component_attempts a join process_service_executions c on c.id = a.component_id
          join process_executions e on e.id = c.process_execution_id`,
    );
    return this.#nodes.every(({ drivers, runtime }) => {
      const waiting = new Set(
        runtime
          .running()
          .filter(({ attemptId }) => {
            const row = rows.find(({ attempt }) => attempt === attemptId);
            // One that does not count any more is noticed later. One that is to end ends first.
            return row !== undefined && (!row.counts || !row.halting);
          })
          .map(({ ids }) => ids.componentId),
      );
      return [...drivers.keys()].every((id) => waiting.has(id));
    });
  }
}
