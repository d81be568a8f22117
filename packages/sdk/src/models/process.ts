import { calls, Process as definition } from '@fusion-platform/contract';
import type { ModelValue } from '@fusion-platform/contract';

import { StateError } from '../errors/index.ts';
import { perform } from '../http/index.ts';
import { filtersOf, found, listOf } from '../lists/index.ts';
import type { Collection, Found } from '../lists/index.ts';
import type { OptionValue } from '../options/index.ts';
import type { CallOptions } from './base-model.ts';
import { Data } from './data.ts';
import { ProcessExecution } from './execution.ts';
import type { CompleteOptions } from './execution.ts';
import { modelClass } from './model-class.ts';
import type { Changes, ModelClass } from './model-class.ts';
import {
  withAddedDispatcher,
  withDispatcher,
  withInput,
  withoutDispatcher,
  withOption,
} from './process-changes.ts';
import { showDispatchers, showInputs, showOptions } from './process-parts.ts';
import type { ProcessDispatcher, ProcessInput, ProcessOption } from './process-parts.ts';
import { listedExecutions, startedRun } from './process-start.ts';
import type { ProcessExecutionStatus } from './process-start.ts';
import { poll } from './wait.ts';

type Patch = Partial<ModelValue<typeof definition>>;

/** What to change of a process: any of an input, an option and fields; or one dispatcher. */
export interface ProcessUpdate extends Changes<typeof definition> {
  /** The input to set to `data`, by its number from 1 or as `inputs` gives it. */
  readonly inputNumber?: number;
  readonly input?: ProcessInput;
  readonly data?: Data;
  /** Whether a process by schedule also runs whenever the data of the input changes. */
  readonly change_trigger?: boolean;
  /** The option to set to `value`, by its name or as `options` gives it. */
  readonly optionName?: string;
  readonly option?: ProcessOption;
  readonly value?: OptionValue;
  /** Makes the value one of the option's type: `'5'` becomes 5. Default false: another type is refused. */
  readonly coerceValue?: boolean;
  /** The dispatcher, from 1, to which the option and the fields belong. */
  readonly dispatcherNumber?: number;
  /** Whether the dispatcher also sends intermediate outputs. */
  readonly dispatch_intermediate?: boolean;
}

/** More live streams than this at once would take up all the connections that a browser allows. */
const mostStreams = 4;

const Base: ModelClass<typeof definition, 'get' | 'update' | 'delete' | 'create'> = modelClass({
  definition,
  get: calls.getProcess,
  update: calls.updateProcess,
  delete: calls.deleteProcess,
  create: calls.createProcess,
  params: ({ id, organisation_id }) => ({ process_id: id, organisation_id }),
  absorb: (extras): Patch =>
    extras['dispatchers'] ? { available_dispatchers: extras['dispatchers'] as never } : {},
});

/**
 * A service configured with inputs, options, schedule and dispatchers. `newProcess` and `copy` give a template, in
 * which what the platform sets (`id`, `price`, …) is still undefined; `create` stores it.
 */
export class Process extends Base {
  get inputs(): readonly ProcessInput[] {
    return showInputs(this.held.inputs);
  }

  get options(): readonly ProcessOption[] {
    return showOptions(this.held.options);
  }

  get dispatchers(): readonly ProcessDispatcher[] {
    return showDispatchers(this.held.dispatchers);
  }

  /** The dispatchers that could be added. */
  get availableDispatchers(): readonly ProcessDispatcher[] {
    return showDispatchers(this.held.available_dispatchers);
  }

  /** How its executions stand, newest first, as the platform lists them with the process. */
  get executionStatuses(): readonly ProcessExecutionStatus[] {
    return listedExecutions(this.held);
  }

  /** The data of an input, from 1; undefined when none is set. */
  async inputData({ number, signal }: CallOptions & { readonly number: number }): Promise<Data | undefined> {
    const id = this.inputs[number - 1]?.id;
    return id === undefined ? undefined : await Data.load(this.connection, this.organisation_id, id, signal);
  }

  /** Stores the template: the platform validates and prices it. */
  async create(fields: Changes<typeof definition> = {}, { signal }: CallOptions = {}): Promise<this> {
    await this.store(fields, signal);
    return this;
  }

  /** A template filled from this process. */
  async copy({ name, signal }: CallOptions & { readonly name: string }): Promise<Process> {
    this.requireStored();
    const { connection, organisation_id } = this;
    const { model, extras } = await perform(connection, calls.copyProcess, { params: this.params(), signal });
    const { id: _, ...rest } = model;
    const available = extras.dispatchers ? { available_dispatchers: extras.dispatchers } : {};
    return new Process(connection, { ...rest, organisation_id, ...available, name }, false);
  }

  /**
   * Changes fields, an input, an option or a dispatcher, on the platform too unless it is a template.
   * @throws StateError when it executes, or when there is no such input, option or dispatcher
   *
   * @example
   * ```ts
   * import type { Data, Process } from 'fusion-platform';
   * async function configure(process: Process, region: Data): Promise<void> {
   *   await process.update({ inputNumber: 1, data: region });
   *   await process.update({ optionName: 'resolution', value: 30 });
   *   await process.update({ name: 'Elevation of Glasgow', run_type: 'run_once' });
   * }
   * ```
   */
  override async update(change: ProcessUpdate, { signal }: CallOptions = {}): Promise<this> {
    this.#requireChangeable();
    const { inputNumber, input, data, optionName, option, value, coerceValue = false } = change;
    const { dispatcherNumber, dispatch_intermediate, change_trigger, ...others } = change;
    const fields = withoutKeys(others, [
      'inputNumber',
      'input',
      'data',
      'optionName',
      'option',
      'value',
      'coerceValue',
    ]);
    const name = optionName ?? option?.name;
    const wanted =
      name === undefined
        ? undefined
        : { name, ssdId: option?.ssd_id, value: value ?? null, coerce: coerceValue };

    let patch: Patch = {};
    const number = inputNumber ?? input?.number;
    if (number !== undefined) {
      if (!(data instanceof Data) && (data !== undefined || change_trigger === undefined))
        throw new StateError('wrong_argument', 'An input is set to data: give `data`');
      patch = await withInput(this.held, number, { data, change_trigger }, signal);
    } else if (change_trigger !== undefined)
      throw new StateError('wrong_argument', 'Say of which input: give `inputNumber`');
    if (dispatcherNumber !== undefined) {
      const own = dispatch_intermediate === undefined ? {} : { dispatch_intermediate };
      const dispatcher = { number: dispatcherNumber, option: wanted, fields: { ...fields, ...own } };
      return await this.#patch({ ...patch, ...withDispatcher(this.held, dispatcher) }, {}, signal);
    }
    if (wanted) patch = { ...patch, options: withOption(this.held.options, wanted) } as Patch;
    return await this.#patch(patch, fields, signal);
  }

  /** Adds one of `availableDispatchers`, by its number from 1 or its name. */
  async addDispatcher({
    number,
    name,
    signal,
  }: CallOptions &
    (
      | { readonly number: number; readonly name?: never }
      | { readonly number?: never; readonly name: string }
    )): Promise<this> {
    this.#requireChangeable();
    const which = { ...(number === undefined ? {} : { number }), ...(name === undefined ? {} : { name }) };
    return await this.#patch(withAddedDispatcher(this.held, which), {}, signal);
  }

  /** Removes one of `dispatchers`, by its number from 1. */
  async removeDispatcher({ number, signal }: CallOptions & { readonly number: number }): Promise<this> {
    this.#requireChangeable();
    return await this.#patch(withoutDispatcher(this.held, number), {}, signal);
  }

  /**
   * Starts it. With `wait`, waits until the executions of that start have ended and gives them, all of them even when
   * one fails; without, gives none.
   * @throws NotStartedError, and ExecutionError of the first that ended without success
   */
  async execute(options: CompleteOptions = {}): Promise<readonly ProcessExecution[]> {
    const { wait = false, signal } = options;
    this.requireStored();
    // What is listed already is no execution of this start.
    if (wait) await this.get({ signal });
    const known = new Set(listedExecutions(this.held).map((item) => item.process_execution_id));
    const params = this.params();
    this.loadAnswer(await perform(this.connection, calls.executeProcess, { params, signal }));
    if (!wait) return [];

    const run = await this.#waitForRun((item) => !known.has(item.process_execution_id), Date.now(), signal);
    const live = run.length <= mostStreams;
    const ends = await Promise.allSettled(
      run.map(async (execution) => await execution.checkComplete({ live, ...options })),
    );
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return run;
  }

  /** Stops it: aborts what runs and lets nothing start any more. */
  async stop({ signal }: CallOptions = {}): Promise<this> {
    this.requireStored();
    this.loadAnswer(await perform(this.connection, calls.stopProcess, { params: this.params(), signal }));
    return this;
  }

  /**
   * Waits until the next run has started, by the schedule, and gives its executions: one, or all of a group. A run
   * that has started already counts.
   * @throws NotStartedError when the process was stopped or the run is overdue
   */
  async waitForNextExecution({ signal }: CallOptions = {}): Promise<readonly ProcessExecution[]> {
    this.requireStored();
    return await this.#waitForRun((item) => item.started_at >= this.repeat_start, undefined, signal);
  }

  /** Its executions, newest first. */
  executions(): Collection<ProcessExecution> {
    return this.#executions({ reverse: true });
  }

  async findExecutions(
    which: CallOptions & { readonly id?: string; readonly groupId?: string } = {},
  ): Promise<Found<ProcessExecution>> {
    const filters = filtersOf(['id', 'eq', which.id], ['group_id', 'eq', which.groupId]);
    return await found(this.#executions({ filters }), which.signal);
  }

  #executions(query: Parameters<typeof listOf>[3]): Collection<ProcessExecution> {
    return listOf(this.connection, calls.listExecutions, this.params(), query, (execution) => {
      return new ProcessExecution(this.connection, execution);
    });
  }

  async #waitForRun(
    counts: Parameters<typeof startedRun>[1],
    askedAt: number | undefined,
    signal: AbortSignal | undefined,
  ): Promise<readonly ProcessExecution[]> {
    // What an answer has just told is looked at first.
    let stale = askedAt === undefined;
    const due = askedAt ?? 0;
    const ids = await poll(this.connection, signal, async () => {
      if (stale) await this.get({ signal });
      stale = true;
      return startedRun(this.held, counts, due);
    });
    const { connection, organisation_id } = this;
    return await Promise.all(
      ids.map(async (process_execution_id) => {
        const params = { organisation_id, process_execution_id };
        const { model } = await perform(connection, calls.getExecution, { params, signal });
        return new ProcessExecution(connection, model);
      }),
    );
  }

  /** Sends hidden fields along, which callers cannot set by name. */
  async #patch(hidden: Patch, fields: object, signal: AbortSignal | undefined): Promise<this> {
    const before = this.held;
    this.load({ ...(before as Patch), ...hidden });
    try {
      return await super.update(fields, { signal });
    } catch (error) {
      this.load(before as Patch);
      throw error;
    }
  }

  #requireChangeable(): void {
    if (this.process_status === 'execute') {
      throw new StateError(
        'process_executing',
        `The process "${this.name}" executes: stop or copy it to change it`,
      );
    }
  }
}

function withoutKeys(value: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}
