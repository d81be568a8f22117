import type { OptionValue, ProcessOption } from 'fusion-platform';
import { readValidation } from 'fusion-platform/option-faults';

import { textOf } from './text-of.ts';

type Valued = Pick<ProcessOption, 'value' | 'validation'>;

/** Whether the field of a date has a time too. */
export const hasTime = ({ validation }: Pick<ProcessOption, 'validation'>): boolean =>
  readValidation(validation ?? null).format?.includes('%H') === true;

/** The text that a field has before anything is typed. */
export function firstText(option: Valued): string {
  const text = textOf(option.value);
  return option.value instanceof Date && !hasTime(option) ? text.slice(0, 10) : text;
}

/** What the text of a field stands for: an empty one for no value, one that was not changed for what the option has. */
export function valueOf(option: Valued, text: string): OptionValue {
  if (text === firstText(option)) return option.value;
  return text === '' ? null : text;
}
