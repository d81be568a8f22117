/** For whoever asks for options: what a platform would refuse. Apart from the client, which pages load. */
import { isLeftOut as isLeftOutOf, judgeOptions } from '@fusion-platform/contract/options';

import { decodeOption, encodeOption } from './options/index.ts';
import type { OptionType, OptionValue } from './options/index.ts';

export { isMasked, isSecret, readValidation } from '@fusion-platform/contract/options';

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
  return judgeOptions(options.map(asSent)).flatMap(({ option: { name }, fault }) =>
    fault === undefined ? [] : [{ name, message: fault }],
  );
}

/** Whether another option has the value that takes this one out of play: it is neither asked for nor judged. */
export function isLeftOut(
  option: Pick<OptionToJudge, 'ssd_id' | 'mutually_exclusive'>,
  options: readonly OptionToJudge[],
): boolean {
  return isLeftOutOf(option, options.map(asSent));
}

const asSent = <O extends OptionToJudge>(option: O) => ({ ...option, value: textOf(option) });

/** The text that the platform is sent for a value. Text of which nothing can be read is judged as it is. */
function textOf(option: OptionToJudge): string | null {
  const { value } = option;
  const read = typeof value === 'string' ? decodeOption(option, value) : value;
  if (typeof read === 'string') return read;
  // A number that is too large is none that could be sent.
  return typeof read === 'number' && !Number.isFinite(read)
    ? String(value)
    : encodeOption(option, read, true);
}
