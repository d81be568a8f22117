/** For whoever asks for options: what a platform would refuse. Apart from the client, which pages load. */
import { judgeOptions } from '@fusion-platform/contract/options';

import { encodeOption } from './options/index.ts';
import type { OptionType, OptionValue } from './options/index.ts';

export { isMasked } from '@fusion-platform/contract/options';

/** An option as `process.options` gives it, or as it is to be set. */
export interface OptionToJudge extends OptionType {
  readonly ssd_id: string;
  readonly value: OptionValue;
  readonly required?: boolean | null | undefined;
  readonly mutually_exclusive?: string | null | undefined;
}

export interface OptionFault {
  readonly name: string;
  /** In the platform's words, with the name of the option. */
  readonly message: string;
}

/**
 * What is wrong with the values of all options of a process, by the platform's own rules of types and validations, without
 * asking it. Data, and what the expressions of a service say, are judged by the platform alone.
 */
export function optionFaults(options: readonly OptionToJudge[]): readonly OptionFault[] {
  const texts = options.map((option) => ({ ...option, value: textOf(option) }));
  return judgeOptions(texts).flatMap(({ option: { name }, fault }) =>
    fault === undefined ? [] : [{ name, message: fault }],
  );
}

/** Text is judged as it is; what it stands for is written as the platform is sent it. */
const textOf = (option: OptionToJudge): string | null =>
  typeof option.value === 'string' ? option.value : encodeOption(option, option.value, true);
