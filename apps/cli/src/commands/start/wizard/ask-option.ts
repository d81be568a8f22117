import type { OptionValue, ProcessOption } from 'fusion-platform';

import type { Value } from '../../../definition/index.ts';
import { oneLine } from '../../../output/index.ts';
import { askChoice, askText } from '../../../session/index.ts';

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
  const initial = textOf(value);
  const answer = await askText({
    message: `${message}${option.validation ? `  ${oneLine(option.validation)}` : ''}`,
    ...(initial === undefined ? {} : { initial }),
    optional: !required,
    validate: (given) => faultOf(option, given),
  });
  return answer === '' ? undefined : answer;
}

function textOf(value: OptionValue): string | undefined {
  if (value === null) return undefined;
  return value instanceof Date ? value.toISOString() : String(value);
}

/** What is wrong with a number: its kind, or the bounds that the service sets. */
export function faultOf(
  { data_type: type, validation }: Pick<ProcessOption, 'data_type' | 'validation'>,
  given: string,
): string | undefined {
  if (type !== 'numeric' && type !== 'currency') return undefined;
  const number = Number(given);
  if (Number.isNaN(number)) return 'This must be a number';
  const bounds = Object.fromEntries(
    (validation ?? '').split(';').map((part) => part.split('=') as [string, string]),
  );
  if (bounds['min'] !== undefined && number < Number(bounds['min']))
    return `This must be at least ${bounds['min']}`;
  if (bounds['max'] !== undefined && number > Number(bounds['max']))
    return `This must be at most ${bounds['max']}`;
  return undefined;
}
