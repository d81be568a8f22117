import { LineCounter, parseDocument } from 'yaml';

import { usageError } from '../errors/index.ts';
import { processFields } from './definition.ts';
import type { DefinedDispatcher, DefinedInput, Definition, Value } from './definition.ts';
import { replaceKeywords } from './keywords.ts';

const keys = ['service_name', 'process_name', 'inputs', 'storage', 'options', 'dispatchers'];

/**
 * Reads a definition as `define` of this command and of the Python command write it: YAML 1.1, in which Python's own
 * objects (decimals, lengths of time) may stand.
 * @throws CliError that names file, line and what is wrong
 */
export function readDefinition(text: string, file: string, now = new Date()): Definition {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { version: '1.1', lineCounter, logLevel: 'error' });
  const [error] = document.errors;
  if (error) {
    const { line } = lineCounter.linePos(error.pos[0]);
    throw usageError(`${file}, line ${line}: ${error.message.split('\n')[0]!.replace(/ at line .*$/, '')}`);
  }
  const value: unknown = document.toJS();
  if (!isObject(value)) throw usageError(`${file} holds no definition of a process`);
  const fault = (key: string, what: string): Error => {
    const node = document.get(key, true) as
      | { readonly range?: readonly [number, number, number] }
      | undefined;
    const line = node?.range ? `, line ${lineCounter.linePos(node.range[0]).line}` : '';
    return usageError(`${file}${line}: ${key} ${what}`);
  };
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw fault(unknown, `is not known: there are ${keys.join(', ')}`);
  const { service_name: serviceName } = value;
  if (typeof serviceName !== 'string' || !serviceName) throw fault('service_name', 'must name a service');
  const replaced = replaceKeywords(value, { serviceName, now });
  return { serviceName, ...partsOf(replaced, fault) };
}

type Fault = (key: string, what: string) => Error;

function partsOf(value: Readonly<Record<string, unknown>>, fault: Fault): Omit<Definition, 'serviceName'> {
  const { process_name: name, inputs, storage, options, dispatchers } = value;
  if (name !== undefined && name !== null && typeof name !== 'string' && typeof name !== 'number')
    throw fault('process_name', 'must be a text');
  const all = Object.entries(mapOf('options', options, fault));
  const isField = ([key]: readonly [string, unknown]): boolean =>
    (processFields as readonly string[]).includes(key);
  return {
    processName: name === undefined || name === null ? undefined : String(name),
    inputs: listOf('inputs', inputs, fault).map((input) => readInput(input, fault)),
    storage: Object.fromEntries(
      Object.entries(mapOf('storage', storage, fault)).map(([key, path]) => [key, String(path)]),
    ),
    options: Object.fromEntries(
      all
        .filter((entry) => !isField(entry))
        .map(([key, given]) => [key, plainValue(`options.${key}`, given, fault)]),
    ),
    fields: Object.fromEntries(all.filter(isField)),
    dispatchers: listOf('dispatchers', dispatchers, fault).map((one) => readDispatcher(one, fault)),
  };
}

function readInput(input: unknown, fault: Fault): DefinedInput {
  if (typeof input === 'string' || typeof input === 'number') return inputOf(String(input));
  if (!isObject(input)) throw fault('inputs', 'must be names, files, or name and file');
  const { name, file } = input;
  if (typeof name !== 'string' && typeof file !== 'string')
    throw fault('inputs', 'must be names, files, or name and file');
  return {
    name: typeof name === 'string' ? name : undefined,
    file: typeof file === 'string' ? file : undefined,
  };
}

/** A text with an extension is a file, one without is the name of data that is there, as in the Python command. */
export function inputOf(text: string): DefinedInput {
  const hasExtension = /[^/\\.]\.[^./\\]+$/.test(text);
  return hasExtension ? { file: text } : { name: text };
}

function readDispatcher(dispatcher: unknown, fault: Fault): DefinedDispatcher {
  if (!isObject(dispatcher) || typeof dispatcher['name'] !== 'string')
    throw fault('dispatchers', 'must each have a name');
  const { name, dispatch_intermediate: intermediate, options } = dispatcher;
  return {
    name,
    dispatchIntermediate: typeof intermediate === 'boolean' ? intermediate : undefined,
    options: Object.fromEntries(
      Object.entries(mapOf('dispatchers', options, fault)).map(([key, value]) => [
        key,
        plainValue(`dispatchers.${name}.${key}`, value, fault),
      ]),
    ),
  };
}

/** Python writes a decimal as a list of its one argument; dates of YAML become text. */
function plainValue(where: string, value: unknown, fault: Fault): Value {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value) && value.length === 1) return plainValue(where, value[0], fault);
  throw fault(where.split('.')[0]!, `${where} must be a plain value`);
}

function mapOf(key: string, value: unknown, fault: Fault): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw fault(key, 'must be a mapping of names to values');
  return value;
}

function listOf(key: string, value: unknown, fault: Fault): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw fault(key, 'must be a list');
  return value;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
