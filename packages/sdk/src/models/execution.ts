import { calls, ProcessExecution as definition } from '@fusion-platform/contract';

import { ExecutionError, RequestError } from '../errors/index.ts';
import { anySignal, delay, follow, NoLiveStream, perform } from '../http/index.ts';
import { listOf } from '../lists/index.ts';
import type { Collection } from '../lists/index.ts';
import type { CallOptions } from './base-model.ts';
import { ProcessServiceExecution } from './component.ts';
import { performExtension } from './extension-call.ts';
import { modelClass } from './model-class.ts';
import type { ModelClass } from './model-class.ts';

/** The progress of an execution that is waited for. */
export interface ExecutionProgress {
  readonly execution: ProcessExecution;
  /** 0 to 100. */
  readonly progress: number;
  /** The component that the news is about, where the platform tells it live. */
  readonly component: ProcessServiceExecution | undefined;
}

export interface CompleteOptions extends CallOptions {
  /** Waits until it has ended. Default false. */
  readonly wait?: boolean;
  /** Listens to the platform's live stream where it has one, instead of looking again and again. Default true. */
  readonly live?: boolean;
  readonly onProgress?: ((progress: ExecutionProgress) => void) | undefined;
}

const Base: ModelClass<typeof definition, 'get' | 'update' | 'delete'> = modelClass({
  definition,
  get: calls.getExecution,
  update: calls.updateExecution,
  delete: calls.deleteExecution,
  params: ({ id, organisation_id }) => ({ process_execution_id: id, organisation_id }),
});

/** One run of a process, or of one slice of it. */
export class ProcessExecution extends Base {
  /** Its components, in chain order. */
  components(): Collection<ProcessServiceExecution> {
    return listOf(this.connection, calls.listComponents, this.params(), {}, (component) => {
      return new ProcessServiceExecution(this.connection, component);
    });
  }

  /** Changes when it is deleted with all it made; one of a group changes the whole group. */
  async changeDeleteExpiry(expiry: Date | string, { signal }: CallOptions = {}): Promise<this> {
    const body = { delete_expiry: typeof expiry === 'string' ? expiry : expiry.toISOString() };
    await perform(this.connection, calls.changeDeleteExpiry, { params: this.params(), body, signal });
    return await this.get({ signal });
  }

  /**
   * Protects it from deletion, by its expiry or a user, or no longer; one of a group changes the whole group.
   * @throws UnsupportedError where the platform cannot; RequestError
   */
  async changeDeleteProtection(protectedNow: boolean, { signal }: CallOptions = {}): Promise<this> {
    const body = { delete_protection: protectedNow };
    const exists = async (): Promise<unknown> => await this.get({ signal });
    const input = { params: this.params(), body, signal };
    await performExtension(this.connection, calls.changeDeleteProtection, input, exists);
    return await this.get({ signal });
  }

  /**
   * Stops it alone: what runs of it ends within seconds, and the other executions of its group go on.
   * @throws UnsupportedError where the platform stops whole processes alone; RequestError
   */
  async stop({ signal }: CallOptions = {}): Promise<this> {
    const { model } = await performExtension(
      this.connection,
      calls.stopExecution,
      { params: this.params(), signal },
      async () => await this.get({ signal }),
    );
    this.load(model);
    return this;
  }

  /**
   * Executes it again from where it failed: what succeeded is kept, and not paid again.
   * @throws UnsupportedError where the platform cannot; ConflictError while it runs or when it succeeded; RequestError
   */
  async retry({ signal }: CallOptions = {}): Promise<this> {
    const { model } = await performExtension(
      this.connection,
      calls.retryExecution,
      { params: this.params(), signal },
      async () => await this.get({ signal }),
    );
    this.load(model);
    return this;
  }

  /**
   * Whether it has ended, as the platform says now.
   * @throws ExecutionError when it has ended without success
   */
  async checkComplete(options: CompleteOptions = {}): Promise<boolean> {
    const { wait = false, onProgress, signal } = options;
    const stop = anySignal(this.connection.signal, signal);
    let live = (options.live ?? true) && this.connection.liveStreams !== false;
    for (;;) {
      await this.get({ signal });
      onProgress?.({ execution: this, progress: this.progress, component: undefined });
      if (this.progress >= 100) return this.#succeeded();
      if (!wait) return false;
      live &&= await this.#follow(options);
      // Once a stream has ended with the execution, its last state is there to be read.
      if (this.progress < 100) await delay(this.connection.pollInterval, stop);
    }
  }

  /** Follows the live stream as far as it goes. False when it is no use trying again. */
  async #follow({ onProgress, signal }: CompleteOptions): Promise<boolean> {
    const { connection } = this;
    try {
      for await (const { value } of follow(connection, calls.followExecution, this.params(), { signal })) {
        switch (value.event) {
          case 'execution':
            this.load(value.model);
            onProgress?.({ execution: this, progress: this.progress, component: undefined });
            if (this.progress >= 100) return true;
            break;
          case 'component': {
            const component = new ProcessServiceExecution(connection, value.model);
            onProgress?.({ execution: this, progress: this.progress, component });
            break;
          }
          case 'end':
            return true;
        }
      }
      return true;
    } catch (error) {
      if (error instanceof NoLiveStream) return false;
      if (!(error instanceof RequestError) || !error.retryable) throw error;
      connection.log.info(`the live stream broke off: ${error.message}`);
      return true;
    }
  }

  #succeeded(): true {
    if (!this.success) throw new ExecutionError(this.id, this.abort_reason, this.exit_type);
    if (this.abort_reason) {
      this.connection.log.warn(`the execution ${this.id} ended with a warning: ${this.abort_reason}`);
    }
    return true;
  }
}
