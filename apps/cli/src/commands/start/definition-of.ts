import { readFile } from 'node:fs/promises';

import { inputOf, processFields, readDefinition } from '../../definition/index.ts';
import type { Definition, ProcessField, Value } from '../../definition/index.ts';
import { usageError } from '../../errors/index.ts';

export interface StartFlags {
  readonly inputList?: readonly string[] | boolean;
  readonly options?: readonly string[] | boolean;
  readonly name?: string;
}

/** What to start: a YAML file says all of it; a service is completed by flags. */
export async function definitionOf(which: string, flags: StartFlags): Promise<Definition> {
  const given = optionsOf(flags.options);
  if (/\.ya?ml$/i.test(which)) {
    const read = readDefinition(await readFile(which, 'utf8'), which);
    // Flags go before what the file says.
    return {
      ...read,
      processName: flags.name ?? read.processName,
      inputs: Array.isArray(flags.inputList) ? flags.inputList.map(inputOf) : read.inputs,
      options: { ...read.options, ...given.options },
      fields: { ...read.fields, ...given.fields },
    };
  }
  return {
    serviceName: which,
    processName: flags.name,
    inputs: Array.isArray(flags.inputList) ? flags.inputList.map(inputOf) : [],
    storage: {},
    dispatchers: [],
    ...given,
  };
}

/** `NAME=VALUE` texts; what is a field of a process goes among its fields. */
function optionsOf(texts: readonly string[] | boolean | undefined): Pick<Definition, 'options' | 'fields'> {
  const options: Record<string, Value> = {};
  const fields: Partial<Record<ProcessField, unknown>> = {};
  for (const text of Array.isArray(texts) ? texts : []) {
    const equals = text.indexOf('=');
    if (equals < 1) throw usageError(`An option is NAME=VALUE, not "${text}"`);
    const [name, value] = [text.slice(0, equals), text.slice(equals + 1)];
    const field = processFields.find((one) => one === name);
    if (field) fields[field] = value;
    else options[name] = value === '' ? null : value;
  }
  return { options, fields };
}
