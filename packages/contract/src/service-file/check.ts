import type * as z from 'zod';

import { faultsOfActions } from './actions.ts';
import { ServiceFile } from './schema.ts';
import { readYaml } from './yaml-places.ts';
import type { Place, PlacedYaml } from './yaml-places.ts';

/** The longest service.yaml that is read, in characters: it is judged in one go. */
export const longestServiceFile = 128 * 1024;

/** One thing that is wrong with a service.yaml, and where. */
export interface ServiceFileFault extends Place {
  /** The field, e.g. `options.2.name`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

export interface CheckedServiceFile {
  /** Null when anything is wrong. */
  readonly file: ServiceFile | null;
  /** All that is wrong, in the order of the file. */
  readonly faults: readonly ServiceFileFault[];
  /** Where a field stands, or what is nearest around it. */
  readonly placeOf: (path: string) => Place;
}

/** Reads the text of a service.yaml: what a service takes, runs and gives, or everything that is wrong with it, by line. */
export function checkServiceFile(text: string): CheckedServiceFile {
  const top = { line: 1, column: 1 };
  if (text.length > longestServiceFile) {
    const message = `it is longer than ${longestServiceFile} characters`;
    return { file: null, faults: [{ path: '', message, ...top }], placeOf: () => top };
  }
  const yaml = readYaml(text);
  const placeOf = (path: string): Place => yaml.placeOf(partsOf(path));
  const told = (
    faults: readonly ServiceFileFault[],
    more = faults.length > mostFaults,
  ): CheckedServiceFile => ({
    file: null,
    faults: [
      ...(more
        ? [{ path: '', message: `it has more than ${mostFaults} faults: these are some`, ...top }]
        : []),
      ...faults.slice(0, mostFaults).toSorted((a, b) => a.line - b.line || a.column - b.column),
    ],
    placeOf,
  });
  if (yaml.faults.length > 0) return told(yaml.faults.map((fault) => ({ path: '', ...fault })));
  const result = ServiceFile.safeParse(yaml.value);
  if (!result.success) return told(faultsOfIssues(result.error.issues, yaml));
  const found = crossFaults(result.data);
  // To find a place is to walk through what is before it.
  const faults = found.slice(0, mostFaults).map(({ at, ...fault }) => ({ ...fault, ...placeOf(at) }));
  return faults.length > 0
    ? told(faults, found.length > mostFaults)
    : { file: result.data, faults: [], placeOf };
}

const mostFaults = 200;

/** One more than are told, if there are: each is looked for in the file. */
function faultsOfIssues(issues: readonly z.core.$ZodIssue[], yaml: PlacedYaml): ServiceFileFault[] {
  const faults: ServiceFileFault[] = [];
  for (const issue of issues) {
    if (faults.length > mostFaults) break;
    faults.push(...faultsOfIssue(issue, yaml));
  }
  return faults;
}

const partsOf = (path: string): (string | number)[] =>
  path === '' ? [] : path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));

function faultsOfIssue(issue: z.core.$ZodIssue, yaml: PlacedYaml): ServiceFileFault[] {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.slice(0, mostFaults + 1).map((key) => ({
      path,
      message: `"${key}" is no word that it knows${suggestion(key, issue.path)}`,
      ...yaml.placeOfKey(issue.path, key),
    }));
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return [{ path, message: missing ? 'is required' : issue.message, ...yaml.placeOf(issue.path) }];
}

/** The word of the top that was meant, where a slip of one or two letters explains it. */
function suggestion(key: string, path: readonly PropertyKey[]): string {
  if (path.length > 0 || key.length > 50) return '';
  const near = Object.keys(ServiceFile.shape).find((word) => distance(word, key) <= 2);
  return near === undefined ? '' : `: is "${near}" meant?`;
}

/** How many letters have to be put in, left out or changed (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}

/** A fault with the path by which its place is found. */
type CrossFault = Pick<ServiceFileFault, 'path' | 'message'> & { readonly at: string };

/** What each field alone does not show. */
function crossFaults(file: ServiceFile): CrossFault[] {
  const { ssd_id, inputs, outputs, options } = file;
  const named = new Set(options.map(({ name }) => name));
  const chain = new Set(
    file.definition.flatMap((edge) => [edge.ssd_id, ...edge.linkages.map((to) => to.ssd_id)]),
  );
  const actions = faultsOfActions(file.actions, (of) => {
    if (of === ssd_id) return outputs.map((output) => output.number);
    return chain.has(of) ? 'unknown' : undefined;
  });
  return [
    ...(file.command === null && file.image === null
      ? [{ path: 'command', at: '', message: 'a service has a command, or an image that has one' }]
      : []),
    ...repeated(
      'inputs',
      'number',
      inputs.map(({ number }) => String(number)),
    ),
    ...repeated(
      'outputs',
      'number',
      outputs.map(({ number }) => String(number)),
    ),
    ...repeated(
      'options',
      'name',
      options.map(({ name }) => name),
    ),
    ...repeated(
      'environment',
      'name',
      file.environment.map(({ name }) => name),
    ),
    ...file.option_expressions.flatMap(({ lhs_ssd_id, lhs_name }, index) => {
      const path = `option_expressions.${index}.lhs_name`;
      return lhs_ssd_id === ssd_id && !named.has(lhs_name)
        ? [{ path, at: path, message: `the service has no option "${lhs_name}"` }]
        : [];
    }),
    ...actions.map((fault) => {
      const [, path = '', message = fault] = /^([\w.]+): (.*)$/s.exec(fault) ?? [];
      return { path, at: path, message };
    }),
  ];
}

function repeated(list: string, field: string, keys: readonly string[]): CrossFault[] {
  const seen = new Set<string>();
  return keys.flatMap((key, index) => {
    if (seen.has(key))
      return [{ path: list, at: `${list}.${index}.${field}`, message: `"${key}" is there twice` }];
    seen.add(key);
    return [];
  });
}
