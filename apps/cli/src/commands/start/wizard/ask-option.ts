import type { OptionValue, ProcessOption } from 'fusion-platform';
import { isSecret, optionFaults } from 'fusion-platform/option-faults';

import type { Value } from '../../../definition/index.ts';
import { oneLine } from '../../../output/index.ts';
import { askChoice, askPassword, askText } from '../../../session/index.ts';

/** Asks for the value of an option in the way of its type. Undefined: it stays as it is. */
export async function askOption(option: ProcessOption): Promise<Value | undefined> {
  const { name, title, data_type: type, required, value, constrained_values: values } = option;
  const message = `${oneLine(title ?? name)} (${type}${required ? ', required' : ''})`;
  if (type === 'boolean') {
    const choices = [
      { value: 'true', label: 'yes' },
      { value: 'false', label: 'no' },
    ];
    return (await askChoice(message, choices, value === true ? 'true' : 'false')) === 'true';
  }
  if (values) {
    const names = option.constrained_names ?? values;
    const choices = values.map((one, i) => ({ value: one, label: names[i] ?? one }));
    return await askChoice(message, choices, value === null ? undefined : String(value));
  }
  const asked = `${message}${option.validation ? `  ${oneLine(option.validation)}` : ''}`;
  const validate = (given: string): string | undefined => faultOf(option, given);
  const initial = textOf(value);
  const answer = isSecret(name)
    ? await askPassword(asked, { validate, optional: !required || initial !== undefined })
    : await askText({
        message: asked,
        ...(initial === undefined ? {} : { initial }),
        optional: !required,
        validate,
      });
  return answer === '' ? undefined : answer;
}

function textOf(value: OptionValue): string | undefined {
  if (value === null) return undefined;
  return value instanceof Date ? value.toISOString() : String(value);
}

/** What is wrong with an answer, as the platform would say; undefined where nothing is. */
export function faultOf(
  option: Pick<ProcessOption, 'name' | 'ssd_id' | 'data_type' | 'validation'>,
  given: string,
): string | undefined {
  return optionFaults([{ ...option, value: given, required: false, mutually_exclusive: null }])[0]?.message;
}
