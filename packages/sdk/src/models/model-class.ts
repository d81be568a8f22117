import type { AnyModel, HiddenNames, ModelValue, ReadOnlyNames } from '@fusion-platform/contract';

import type { AnyCall, Connection } from '../http/index.ts';
import { BaseModel } from './base-model.ts';
import type { CallOptions, ModelSetup } from './base-model.ts';
import type { Frozen } from './frozen.ts';

type Value<M extends AnyModel> = ModelValue<M>;

/** The fields that a user is shown; one without a value is undefined. */
export type Attributes<M extends AnyModel> = {
  readonly [K in Exclude<keyof Value<M>, HiddenNames<M>>]: Frozen<Exclude<Value<M>[K], null>>;
};

/** The fields that a user may set. Null takes the value away. */
export type Changes<M extends AnyModel> = {
  readonly [K in Exclude<keyof Value<M>, HiddenNames<M> | ReadOnlyNames<M>>]?: Frozen<Value<M>[K]>;
};

interface Common<M extends AnyModel> extends Omit<
  BaseModel<M>,
  'attributes' | 'toJSON' | 'toCsv' | 'get' | 'update' | 'delete'
> {
  readonly attributes: Attributes<M>;
  toJSON(): Attributes<M>;
  toCsv(options?: { readonly exclude?: readonly (keyof Attributes<M>)[] }): {
    readonly header: string;
    readonly row: string;
  };
}

interface Gettable {
  /** Takes on the state that the platform has. */
  get(options?: CallOptions): Promise<this>;
}
interface Updatable<M extends AnyModel> {
  /** Changes fields, on the platform too unless it is a template. */
  update(fields: Changes<M>, options?: CallOptions): Promise<this>;
}
interface Deletable {
  /** Deletes it on the platform. */
  delete(options?: CallOptions): Promise<void>;
}

/** The calls that all or some models have. */
export type Verb = 'get' | 'update' | 'delete' | 'create';

type Members<M extends AnyModel, V extends Verb> = ('get' extends V ? Gettable : unknown) &
  ('update' extends V ? Updatable<M> : unknown) &
  ('delete' extends V ? Deletable : unknown);

declare abstract class Protected<M extends AnyModel> {
  protected readonly connection: Connection;
  protected readonly held: Frozen<Partial<ModelValue<M>>>;
  protected load(held: Partial<ModelValue<M>>): void;
  protected loadAnswer(answer: { readonly model: unknown; readonly extras?: unknown }): void;
  protected params(): Readonly<Record<string, string | undefined>>;
  protected requireStored(): void;
  protected store(fields: Readonly<Record<string, unknown>>, signal: AbortSignal | undefined): Promise<void>;
}

export type ModelInstance<M extends AnyModel, V extends Verb> = Protected<M> &
  Common<M> &
  Attributes<M> &
  Members<M, V>;

export type ModelClass<M extends AnyModel, V extends Verb> = new (
  connection: Connection,
  held: Partial<ModelValue<M>>,
  stored?: boolean,
) => ModelInstance<M, V>;

/** A class of a model of the contract: an accessor for each field that a user is shown, and the calls it has. */
export function modelClass<M extends AnyModel, V extends Verb>(
  setup: ModelSetup<M> & { readonly [K in NoInfer<V>]: AnyCall },
): ModelClass<M, V> {
  class Described extends BaseModel<M> {
    constructor(connection: Connection, held: Partial<ModelValue<M>>, stored = true) {
      super(connection, setup, held, stored);
    }
  }
  for (const name of setup.definition.fields) {
    if (setup.definition.hidden.has(name)) continue;
    Object.defineProperty(Described.prototype, name, {
      configurable: true,
      enumerable: true,
      get(this: BaseModel<M>): unknown {
        return this.attributes[name];
      },
    });
  }
  return Described as unknown as ModelClass<M, V>;
}
