import { readOption } from './option-value.ts';
import type { OptionText, TypedValue } from './option-value.ts';

/** What is known of an option of a process, its value as text. */
export interface JudgeableOption extends OptionText {
  readonly name: string;
  readonly ssd_id: string;
  readonly required?: boolean | null | undefined;
  readonly mutually_exclusive?: string | null | undefined;
}

export interface JudgedOption<O> {
  readonly option: O;
  /** Null where it has none, is left out, or is at fault. */
  readonly value: TypedValue;
  /** What is wrong with it, with its name; undefined where nothing is. */
  readonly fault: string | undefined;
}

/**
 * Judges the options of a process by their types and validations: what a platform refuses them for before it looks at their
 * data and evaluates expressions. One that another option takes out of play is not judged.
 */
export function judgeOptions<O extends JudgeableOption>(options: readonly O[]): JudgedOption<O>[] {
  return options.map((option) => {
    if (isLeftOut(option, options)) return { option, value: null, fault: undefined };
    const read = readOption(option);
    if ('fault' in read) return { option, value: null, fault: `${option.name}: ${read.fault}` };
    const missing = read.value === null && option.required === true;
    return { option, value: read.value, fault: missing ? `${option.name}: it needs a value` : undefined };
  });
}

/** Whether another option has the value that takes this one out of play, e.g. `latest_date=true`. */
export function isLeftOut(
  option: Pick<JudgeableOption, 'ssd_id' | 'mutually_exclusive'>,
  options: readonly JudgeableOption[],
): boolean {
  const [, name, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(option.mutually_exclusive ?? '') ?? [];
  if (name === undefined || value === undefined) return false;
  const other =
    options.find((one) => one.name === name && one.ssd_id === option.ssd_id) ??
    options.find((one) => one.name === name);
  if (!other) return false;
  const [has, asked] = [readOption(other), readOption({ ...other, value })];
  return 'value' in has && 'value' in asked && asked.value !== null && has.value === asked.value;
}
