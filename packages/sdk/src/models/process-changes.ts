import { acceptedFileTypes } from '@fusion-platform/contract';
import type { FileType, ModelValue, Process as definition } from '@fusion-platform/contract';

import { StateError } from '../errors/index.ts';
import { encodeOption } from '../options/index.ts';
import type { OptionType, OptionValue } from '../options/index.ts';
import type { Data } from './data.ts';
import type { Frozen } from './frozen.ts';

type Held = Frozen<Partial<ModelValue<typeof definition>>>;
type Patch = Partial<ModelValue<typeof definition>>;

/** Which option gets which value. */
export interface OptionChange {
  readonly ssdId: string | undefined;
  readonly name: string;
  readonly value: OptionValue;
  readonly coerce: boolean;
}

interface OptionLike extends OptionType {
  readonly ssd_id: string;
}

/** The options with one changed. @throws StateError `no_such_option`, `wrong_value` */
export function withOption<T extends OptionLike>(
  options: readonly T[] | null | undefined,
  change: OptionChange,
): T[] {
  const { ssdId, name, value, coerce } = change;
  const list = [...(options ?? [])];
  const i = list.findIndex((item) => item.name === name && (ssdId === undefined || item.ssd_id === ssdId));
  const found = list[i];
  if (!found) {
    const known = list.map((item) => item.name).join(', ') || 'none';
    throw new StateError('no_such_option', `There is no option "${name}": there are ${known}`);
  }
  list[i] = { ...found, value: encodeOption(found, value, coerce) };
  return list;
}

/** What to change of an input. */
interface InputChange {
  readonly data: Data | undefined;
  readonly change_trigger: boolean | undefined;
}

/** The inputs with one changed. @throws StateError `no_such_input`, `data_not_ready`, `wrong_file_type` */
export async function withInput(
  held: Held,
  number: number,
  { data, change_trigger }: InputChange,
  signal: AbortSignal | undefined,
): Promise<Patch> {
  const inputs = [...(held.inputs ?? [])];
  const input = inputs[number - 1];
  if (!input) {
    throw new StateError('no_such_input', `There is no input ${number}: there are ${inputs.length}`);
  }
  const trigger = change_trigger === undefined ? {} : { change_trigger };
  if (data) await requireUsable(input, number, data, signal);
  inputs[number - 1] = { ...input, ...trigger, ...(data ? { id: data.id } : {}) };
  return { inputs } as Patch;
}

async function requireUsable(
  input: { readonly file_type: string },
  number: number,
  data: Data,
  signal: AbortSignal | undefined,
): Promise<void> {
  const files = await data.files().toArray({ signal });
  const waiting = files.find(({ publishable }) => publishable === undefined);
  if (files.length === 0 || waiting) {
    const told = waiting ? `${waiting.file_name ?? waiting.id} is not analysed yet` : 'it has no files';
    throw new StateError('data_not_ready', `The data "${data.name}" cannot be used: ${told}`);
  }
  const accepted: readonly string[] = acceptedFileTypes(input.file_type as FileType);
  const wrong = files.find(({ file_type }) => !accepted.includes(file_type));
  if (wrong) {
    throw new StateError(
      'wrong_file_type',
      `Input ${number} takes ${accepted.join(', ')}, but ${wrong.file_name ?? wrong.id} is ${wrong.file_type}`,
    );
  }
}

/** What of a dispatcher changes. */
export interface DispatcherChange {
  readonly number: number;
  readonly option: OptionChange | undefined;
  readonly fields: { readonly name?: string; readonly dispatch_intermediate?: boolean };
}

/** The dispatchers with one changed. @throws StateError `no_such_dispatcher`, `no_such_option`, `wrong_value` */
export function withDispatcher(held: Held, { number, option, fields }: DispatcherChange): Patch {
  const dispatchers = [...(held.dispatchers ?? [])];
  const dispatcher = dispatchers[number - 1];
  if (!dispatcher) throw noSuchDispatcher(String(number), dispatchers);
  dispatchers[number - 1] = {
    ...dispatcher,
    ...fields,
    ...(option ? { options: withOption(dispatcher.options, option) } : {}),
  };
  return { dispatchers } as Patch;
}

/** The dispatchers with one of the available ones added at the end. @throws StateError `no_such_dispatcher` */
export function withAddedDispatcher(
  held: Held,
  which: { readonly number?: number; readonly name?: string },
): Patch {
  const available = held.available_dispatchers ?? [];
  const found =
    which.number === undefined
      ? available.find(({ name }) => name === which.name)
      : available[which.number - 1];
  if (!found) throw noSuchDispatcher(JSON.stringify(which.number ?? which.name), available);
  return { dispatchers: [...(held.dispatchers ?? []), found] } as Patch;
}

/** The dispatchers without one. @throws StateError `no_such_dispatcher` */
export function withoutDispatcher(held: Held, number: number): Patch {
  const dispatchers = held.dispatchers ?? [];
  if (!dispatchers[number - 1]) throw noSuchDispatcher(String(number), dispatchers);
  return { dispatchers: dispatchers.filter((_, i) => i !== number - 1) } as Patch;
}

function noSuchDispatcher(which: string, known: readonly { readonly name: string }[]): StateError {
  const names = known.map(({ name }, i) => `${i + 1} ${name}`).join(', ') || 'none';
  return new StateError('no_such_dispatcher', `There is no dispatcher ${which}: there are ${names}`);
}
