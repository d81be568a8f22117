import * as z from 'zod';

import { dataTypes } from '../constants.ts';
import { pythonName } from './python-name.ts';

const text = z.string().nullable().default(null);
const literal = z
  .union([z.string(), z.number().transform(String), z.boolean().transform(String)])
  .nullable()
  .default(null);
const webAddress = z
  .url({ protocol: /^https?$/, error: 'an address that begins with http:// or https://' })
  .refine((address) => {
    const { username, password } = new URL(address);
    return username === '' && password === '';
  }, 'an address without a user and a password');

const ActionValue = z.strictObject({
  name: pythonName,
  required: z.boolean().default(false),
  data_type: z.enum(dataTypes).default('string'),
  default: literal,
  validation: text,
  constant: z.boolean().default(false),
  ssd_id: z.guid().nullable().default(null),
  output: z.int().min(1).nullable().default(null),
  selector: text,
  expression: text,
  value: literal,
  url: webAddress.nullable().default(null),
  advanced: z.boolean().default(false),
  title: text,
  description: text,
});

/** A call that users can make with the results of a service. */
export const Action = z.strictObject({
  name: z.string().min(1),
  values: z.array(ActionValue).default([]),
  url: webAddress,
  title: text,
  description: text,
});
type Action = z.output<typeof Action>;

/** The names in braces of an address, in their order. */
export function namesIn(address: string): string[] {
  return [...address.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1]!);
}

/** By which name expressions and addresses know the data item of a value that is a selector. */
export const dataIdName = (name: string): string => `${name}_data_id`;

/**
 * What is wrong with actions besides their form, by field.
 * @param outputs the numbers of the outputs of an SSD as far as they are known; undefined for one outside the chain
 */
export function faultsOfActions(
  actions: readonly Action[],
  outputs: (ssdId: string) => readonly number[] | 'unknown' | undefined,
): string[] {
  return actions.flatMap((action, index) => {
    const at = `actions.${index}`;
    const known = new Set<string>();
    const faults = action.values.flatMap((value, place) => {
      const own = faultsOfValue(value, outputs).concat(
        unknownNames('url', value.url ?? '', known),
        known.has(value.name) ? [`name: "${value.name}" is there twice`] : [],
      );
      known.add(value.name);
      if (value.ssd_id !== null) known.add(dataIdName(value.name));
      return own.map((fault) => `${at}.values.${place}.${fault}`);
    });
    const twice = actions.findIndex(({ name }) => name === action.name) < index;
    return [
      ...(twice ? [`${at}.name: "${action.name}" is there twice`] : []),
      ...faults,
      ...unknownNames('url', action.url, known).map((fault) => `${at}.${fault}`),
    ];
  });
}

function unknownNames(field: string, address: string, known: ReadonlySet<string>): string[] {
  return namesIn(address)
    .filter((name) => !known.has(name))
    .map((name) => `${field}: there is no value "${name}" before it`);
}

function faultsOfValue(
  value: Action['values'][number],
  outputs: Parameters<typeof faultsOfActions>[1],
): string[] {
  const ways = [
    ...(value.constant ? ['constant'] : []),
    ...(value.expression === null ? [] : ['expression']),
    ...(value.ssd_id === null ? [] : ['ssd_id']),
    ...(value.url === null ? [] : ['url']),
  ];
  const chosen = ways.length === 0 || (value.ssd_id !== null && value.selector === null);
  const faults: string[] = [];
  if (ways.length > 1) faults.push(`${ways[1]}: it has ${ways[0]} already, and a value comes from one place`);
  if (value.constant && value.value === null) faults.push('value: a constant has one');
  if (!value.constant && value.value !== null)
    faults.push('value: only a constant has one; what a user may change is a default');
  if (!chosen && value.default !== null) faults.push('default: only a value that a user gives has one');
  if ((value.ssd_id === null) !== (value.output === null)) faults.push('output: it goes with ssd_id');
  if (value.ssd_id === null && value.selector !== null) faults.push('selector: it goes with ssd_id');
  if (value.ssd_id !== null && value.output !== null) {
    const numbers = outputs(value.ssd_id);
    if (numbers === undefined) faults.push(`ssd_id: ${value.ssd_id} is not part of the chain`);
    else if (numbers !== 'unknown' && !numbers.includes(value.output))
      faults.push(`output: the service has no output ${value.output}`);
  }
  return faults;
}
