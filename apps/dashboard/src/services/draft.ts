import type { Organisation, OptionValue, Process, ProcessOption, Service } from 'fusion-platform';

import { firstText, valueOf } from './field-value.ts';
import { scheduleChanges } from './schedule.ts';
import type { Schedule } from './schedule.ts';

/** The texts of options as a form has them, each by the key of its option. */
export type OptionTexts = Readonly<Record<string, string>>;

/** Services of one chain may have options of the same name. */
export const keyOf = ({ ssd_id: ssd, name }: { readonly ssd_id: string; readonly name: string }): string =>
  `${ssd} ${name}`;

export const textsOf = (options: readonly ProcessOption[]): OptionTexts =>
  Object.fromEntries(options.map((option) => [keyOf(option), firstText(option)]));

/** A dispatcher that was added, with how it is set. */
export interface AddedDispatcher {
  /** Of this form alone: one dispatcher may be added twice. */
  readonly id: number;
  readonly name: string;
  readonly options: readonly ProcessOption[];
  readonly values: OptionTexts;
}

export interface Filled {
  readonly name: string;
  readonly inputs: Readonly<Record<number, string>>;
  readonly values: OptionTexts;
  readonly options: readonly ProcessOption[];
  readonly schedule: Schedule;
  readonly dispatchers: readonly AddedDispatcher[];
}

/** Creates a process as a form was filled in. It runs nothing yet. */
export async function makeDraft(
  organisation: Organisation,
  service: Service,
  filled: Filled,
): Promise<Process> {
  const process = await organisation.newProcess({ name: filled.name.trim(), service });
  for (const [number, id] of Object.entries(filled.inputs))
    if (id) await process.update({ inputNumber: Number(number), data: await organisation.dataItem(id) });
  for (const { option, value } of changed(filled.options, filled.values))
    await process.update({ option, value, coerceValue: true });
  for (const [i, dispatcher] of filled.dispatchers.entries()) {
    await process.addDispatcher({ name: dispatcher.name });
    for (const { option, value } of changed(dispatcher.options, dispatcher.values))
      await process.update({ dispatcherNumber: i + 1, option, value, coerceValue: true });
  }
  await process.update(scheduleChanges(filled.schedule));
  return await process.create();
}

const changed = (
  options: readonly ProcessOption[],
  values: OptionTexts,
): readonly { readonly option: ProcessOption; readonly value: OptionValue }[] =>
  options
    .map((option) => ({ option, text: values[keyOf(option)] ?? '' }))
    .filter(({ option, text }) => text !== firstText(option))
    .map(({ option, text }) => ({ option, value: valueOf(option, text) }));
