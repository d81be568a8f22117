import type { ProcessOption } from 'fusion-platform';
import { isLeftOut, isMasked, optionFaults } from 'fusion-platform/option-faults';

import { keyOf } from './draft.ts';
import type { OptionTexts } from './draft.ts';
import { valueOf } from './field-value.ts';

/** What is wrong with the text of a field, in the words of the platform, which has the last one; undefined when nothing is. */
export function faultOf(option: ProcessOption, text: string): string | undefined {
  const value = valueOf(option, text);
  if (isMasked(value)) return undefined;
  // Only an option that is in play has a field.
  return optionFaults([{ ...option, value, mutually_exclusive: null }])[0]?.message;
}

/** The options that no other one takes out of play. */
export function inPlay(options: readonly ProcessOption[], texts: OptionTexts): readonly ProcessOption[] {
  const filled = options.map((option) => ({ ...option, value: valueOf(option, texts[keyOf(option)] ?? '') }));
  return options.filter((option) => !isLeftOut(option, filled));
}
