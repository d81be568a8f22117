import type { AnyModel, ModelValue } from '@fusion-platform/contract';
import { dequal } from 'dequal/lite';

import { csvRecord } from '../csv.ts';
import { StateError } from '../errors/index.ts';
import { perform } from '../http/index.ts';
import type { AnyCall, Connection } from '../http/index.ts';
import { freeze } from './frozen.ts';
import type { Frozen } from './frozen.ts';

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** The calls that a model has, and how its own ids fill in their paths. */
export interface ModelSetup<M extends AnyModel = AnyModel> {
  readonly definition: M;
  readonly get?: AnyCall;
  readonly update?: AnyCall;
  readonly delete?: AnyCall;
  readonly create?: AnyCall;
  readonly params: (held: Partial<ModelValue<M>>) => Readonly<Record<string, unknown>>;
  /** What an answer's extras add to the model. */
  readonly absorb?: (extras: Readonly<Record<string, unknown>>) => Partial<ModelValue<M>>;
}

type Held = Readonly<Record<string, unknown>>;

/** What all models share. Attributes are read-only: they change when `get`, `update` and the like answer. */
export abstract class BaseModel<M extends AnyModel> {
  readonly #connection: Connection;
  readonly #setup: ModelSetup;
  #held: Held = {};
  #attributes: Held = {};
  #stored: boolean;

  /** @internal */
  constructor(connection: Connection, setup: ModelSetup, held: Partial<ModelValue<M>>, stored: boolean) {
    this.#connection = connection;
    this.#setup = setup;
    this.#stored = stored;
    this.load(held);
  }

  /** The fields that have a value, without hidden ones, in the order of the API. */
  get attributes(): Held {
    return this.#attributes;
  }

  /** Whether the platform has it. A template (a new process or a copy) is not stored until it is created. */
  get stored(): boolean {
    return this.#stored;
  }

  protected get connection(): Connection {
    return this.#connection;
  }

  /** All fields, hidden ones included. */
  protected get held(): Frozen<Partial<ModelValue<M>>> {
    return this.#held as Frozen<Partial<ModelValue<M>>>;
  }

  /** Takes on other values. Null is the same as absent. */
  protected load(held: Partial<ModelValue<M>>): void {
    const { fields, hidden } = this.#setup.definition;
    const values = held as Held;
    const present = fields.filter((name) => values[name] !== undefined && values[name] !== null);
    this.#held = freeze(Object.fromEntries(present.map((name) => [name, values[name]])));
    this.#attributes = Object.freeze(
      Object.fromEntries(present.filter((name) => !hidden.has(name)).map((name) => [name, values[name]])),
    );
  }

  protected loadAnswer(answer: { readonly model: unknown; readonly extras?: unknown }): void {
    this.load({
      ...keptOver(this.#setup, this.#held),
      ...(answer.model as object),
      ...this.#setup.absorb?.((answer.extras ?? {}) as Held),
    } as Partial<ModelValue<M>>);
  }

  protected params(): Readonly<Record<string, string | undefined>> {
    return this.#setup.params(this.#held) as Readonly<Record<string, string | undefined>>;
  }

  protected requireStored(): void {
    if (!this.#stored) {
      throw new StateError(
        'not_stored',
        `This ${this.#setup.definition.name} is a template: create it first`,
      );
    }
  }

  async get({ signal }: CallOptions = {}): Promise<this> {
    this.requireStored();
    this.loadAnswer(await this.#send(this.#setup.get!, undefined, signal));
    return this;
  }

  async update(fields: Held, { signal }: CallOptions = {}): Promise<this> {
    const changed = { ...this.#held, ...this.writable(fields) };
    if (this.#stored) {
      this.loadAnswer(await this.#send(this.#setup.update!, this.#body(changed), signal));
    } else {
      this.load(changed as Partial<ModelValue<M>>);
    }
    return this;
  }

  async delete({ signal }: CallOptions = {}): Promise<void> {
    this.requireStored();
    await this.#send(this.#setup.delete!, undefined, signal);
    this.#stored = false;
  }

  /** Stores a template. Fields given here go before those of the template. */
  protected async store(fields: Held, signal: AbortSignal | undefined): Promise<void> {
    if (this.#stored) {
      throw new StateError('already_stored', `This ${this.#setup.definition.name} exists already`);
    }
    const { id, ...others } = fields;
    const body = { ...this.#held, ...this.writable(others), ...(id === undefined ? {} : { id }) };
    this.loadAnswer(await this.#send(this.#setup.create!, this.#body(body), signal));
    this.#stored = true;
  }

  /** @throws StateError for fields that the model lacks or that only the platform sets. */
  protected writable(fields: Held): Held {
    const { name, schema, readOnly, hidden } = this.#setup.definition;
    for (const key of Object.keys(fields)) {
      if (!Object.hasOwn(schema.shape, key)) throw new StateError('wrong_argument', `${name} has no ${key}`);
      if (readOnly.has(key) || hidden.has(key)) {
        throw new StateError('wrong_argument', `${key} of a ${name} cannot be set`);
      }
    }
    return fields;
  }

  /** Whether the other is of the same kind and has the same attributes. */
  equals(other: unknown): boolean {
    return (
      other instanceof BaseModel &&
      other.#setup.definition === this.#setup.definition &&
      dequal(other.#attributes, this.#attributes)
    );
  }

  toJSON(): Held {
    return this.#attributes;
  }

  /** The attributes as two records of RFC 4180, without line ends. Fields without a value stay empty. */
  toCsv(options: { readonly exclude?: readonly string[] } = {}): {
    readonly header: string;
    readonly row: string;
  } {
    const { fields, hidden } = this.#setup.definition;
    const columns = fields.filter((name) => !hidden.has(name) && !options.exclude?.includes(name));
    return {
      header: csvRecord(columns),
      row: csvRecord(columns.map((name) => this.#attributes[name])),
    };
  }

  toString(): string {
    const { name, id } = this.#attributes;
    const told = [
      name === undefined ? '' : JSON.stringify(name),
      id === undefined ? '' : `(${id as string})`,
    ];
    return [this.#setup.definition.name, ...told.filter(Boolean)].join(' ');
  }

  /** What `console.log` shows in Node. */
  [Symbol.for('nodejs.util.inspect.custom')](
    depth: number,
    options: object,
    inspect?: (value: unknown, options: object) => string,
  ): unknown {
    if (depth < 0 || !inspect) return `[${this.toString()}]`;
    return `${this.#setup.definition.name} ${inspect(this.#attributes, { ...options, depth })}`;
  }

  /** Everything held goes along, as the API expects it, but for what only ever comes as an extra. */
  #body(held: Held): Held {
    const { available_dispatchers: _, ...body } = held;
    return body;
  }

  async #send(
    call: AnyCall,
    body: Held | undefined,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly model: unknown; readonly extras?: unknown }> {
    const input = { params: this.params(), body: body as never, signal };
    return (await perform(this.#connection, call, input)) as never;
  }
}

/** An answer without extras leaves those held from before as they are. */
function keptOver({ absorb }: ModelSetup, held: Held): Held {
  return absorb && held['available_dispatchers']
    ? { available_dispatchers: held['available_dispatchers'] }
    : {};
}
