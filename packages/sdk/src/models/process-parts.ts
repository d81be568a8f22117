import type { Process as definition } from '@fusion-platform/contract';
import { readValidation } from '@fusion-platform/contract/options';

import { decodeOption } from '../options/index.ts';
import type { OptionValue } from '../options/index.ts';
import type { ModelValue } from '@fusion-platform/contract';
import { freeze } from './frozen.ts';
import type { Frozen } from './frozen.ts';

type Value = ModelValue<typeof definition>;
type InputItem = NonNullable<Value['inputs']>[number];
type OptionItem = NonNullable<Value['options']>[number];
type DispatcherItem = NonNullable<Value['dispatchers']>[number];

/** An input of a process. Without data it has no `id`. */
export type ProcessInput = Frozen<Omit<InputItem, 'id'>> & {
  /** From 1. */
  readonly number: number;
  /** The id of the data that is set. */
  readonly id: string | undefined;
};

/** An option with its value in the type that its `data_type` stands for. */
export type ProcessOption = Frozen<Omit<OptionItem, 'value' | 'constrained_names' | 'constrained_values'>> & {
  readonly value: OptionValue;
  /** What a constrained option may be, and the names to show for it. */
  readonly constrained_values: readonly string[] | undefined;
  readonly constrained_names: readonly string[] | undefined;
};

/** A service that sends the outputs of a process somewhere. */
export type ProcessDispatcher = Frozen<Omit<DispatcherItem, 'options'>> & {
  /** From 1. */
  readonly number: number;
  readonly options: readonly ProcessOption[];
};

/** Fields may be missing in a template, whatever the types of stored models say. */
type Items<T> = readonly Frozen<T>[] | null | undefined;

export function showInputs(items: Items<InputItem>): readonly ProcessInput[] {
  return (items ?? []).map((item, i) => freeze({ ...item, number: i + 1, id: item.id ?? undefined }));
}

export function showOptions(items: Items<OptionItem>): readonly ProcessOption[] {
  return (items ?? []).map((item) => {
    const { values, names } =
      item.data_type === 'constrained' ? readValidation(item.validation ?? null) : nothing;
    const value = decodeOption(item, item.value);
    const shown = { ...item, constrained_values: values, constrained_names: names };
    // A Date cannot be frozen; each look gives a new one.
    return Object.freeze({ ...freeze(shown), value });
  });
}

export function showDispatchers(items: Items<DispatcherItem>): readonly ProcessDispatcher[] {
  return (items ?? []).map((item, i) => {
    return Object.freeze({ ...item, number: i + 1, options: showOptions(item.options) });
  });
}

const nothing = { values: undefined, names: undefined };
