import { CallError } from '@fusion-platform/contract';
import type { FieldIssue } from '@fusion-platform/contract';
import { readOption } from '@fusion-platform/contract/options';
import type { TypedValue } from '@fusion-platform/contract/options';

import { dataIdName } from '../../catalogue/index.ts';
import type { Manifest } from '../../catalogue/index.ts';
import { evaluate } from '../../processes/index.ts';
import { fillIn } from './address.ts';
import { codeOf } from './code-of.ts';
import type { ActionOutput } from './resolve.ts';

type Action = Manifest['actions'][number];
type Value = Action['values'][number];

/** What a user gives, by name. */
export type Given = Readonly<Record<string, string | number | boolean | null>>;

/** Sources of the values that are neither constants nor given by the user. */
export interface Sources {
  readonly outputs: readonly ActionOutput[];
  /** The selectors of a data item. */
  selectorsOf(dataId: string): Promise<readonly string[]>;
  /** The text at an address. */
  fetchText(address: URL): Promise<string>;
}

/**
 * Works out the values of an action in their order, each over those before it.
 * @returns their texts by name, those that came to nothing as null; beside a selector the id of its data item
 * @throws CallError `invalid_model` with all that is wrong with what was given; `conflict` when another value cannot be
 *   worked out
 */
export async function workOutValues(
  action: Action,
  given: Given,
  sources: Sources,
): Promise<ReadonlyMap<string, string | null>> {
  refuseGiven(action, given);
  const texts = new Map<string, string | null>();
  const typed: Record<string, TypedValue> = {};
  const missing: string[] = [];
  for (const value of action.values) {
    const found = await workOut(action, value, given, sources, { texts, typed });
    const read = readOption({ ...value, value: found.text });
    if ('fault' in read) throw cannot(action, value.name, read.fault);
    if (read.value === null && value.required) missing.push(value.name);
    texts.set(value.name, read.value === null ? null : found.text);
    typed[value.name] = read.value;
    if (found.dataId !== undefined) {
      texts.set(dataIdName(value.name), found.dataId);
      typed[dataIdName(value.name)] = found.dataId;
    }
  }
  if (missing.length > 0)
    throw new CallError(
      'conflict',
      `The action "${action.name}" cannot be run: nothing came of ${missing.join(', ')}, which it needs`,
    );
  return texts;
}

/** Whether a value is the user's to give: a selector is when the action does not say which. */
function isGiven({ constant, expression, ssd_id, selector, url }: Value): boolean {
  return !constant && expression === null && url === null && (ssd_id === null || selector === null);
}

/** Before anything is fetched. */
function refuseGiven(action: Action, given: Given): void {
  const faults: FieldIssue[] = [];
  const fault = (name: string, message: string): void =>
    void faults.push({ path: `values.${name}`, message });
  for (const name of Object.keys(given)) {
    const value = action.values.find((other) => other.name === name);
    if (!value) fault(name, 'the action has no such value');
    else if (!isGiven(value)) fault(name, 'it is not for users to give');
  }
  for (const value of action.values.filter(isGiven)) {
    const read = readOption({ ...value, value: givenText(value, given) });
    if ('fault' in read) fault(value.name, read.fault);
    else if (read.value === null && value.required && value.ssd_id === null)
      fault(value.name, 'it is required');
  }
  if (faults.length > 0) {
    const told = faults.map(({ path, message }) => `${path}: ${message}`).join('; ');
    throw new CallError('invalid_model', `The action "${action.name}" cannot be run: ${told}`, {
      fields: faults,
    });
  }
}

function givenText({ name, default: fallback }: Value, given: Given): string | null {
  const own = Object.hasOwn(given, name) ? given[name] : undefined;
  return own === undefined ? fallback : own === null ? null : String(own);
}

interface Found {
  readonly text: string | null;
  readonly dataId?: string;
}

async function workOut(
  action: Action,
  value: Value,
  given: Given,
  sources: Sources,
  before: {
    readonly texts: ReadonlyMap<string, string | null>;
    readonly typed: Readonly<Record<string, TypedValue>>;
  },
): Promise<Found> {
  if (value.constant) return { text: value.value };
  if (value.ssd_id !== null) return await selectorOf(action, value, given, sources);
  try {
    if (value.expression !== null) {
      const result = evaluate(value.expression, before.typed);
      return { text: result === null ? null : String(result) };
    }
    if (value.url !== null)
      return { text: (await sources.fetchText(fillIn(value.url, before.texts))).trim() || null };
  } catch (error) {
    throw cannot(action, value.name, (error as Error).message, error);
  }
  return { text: givenText(value, given) };
}

async function selectorOf(action: Action, value: Value, given: Given, sources: Sources): Promise<Found> {
  const dataId = sources.outputs.find(
    ({ ssd_id, output }) => ssd_id === value.ssd_id && output === value.output,
  )?.data_id;
  if (dataId === undefined)
    throw cannot(
      action,
      value.name,
      `there is no output ${value.output} of the service ${value.ssd_id} here`,
    );
  const there = await sources.selectorsOf(dataId);
  const wanted = value.selector ?? givenText(value, given) ?? (there.length === 1 ? there[0]! : null);
  const has = `the data has ${there.length > 0 ? there.join(', ') : 'no selectors'}`;
  if (wanted !== null && !there.includes(wanted))
    throw cannot(action, value.name, `there is no selector "${wanted}": ${has}`);
  if (wanted === null && value.required) throw cannot(action, value.name, `say which selector: ${has}`);
  return { text: wanted, dataId };
}

function cannot({ name }: Action, value: string, reason: string, cause?: unknown): CallError {
  const path = `values.${value}`;
  return new CallError(codeOf(cause), `The action "${name}" cannot be run: ${path}: ${reason}`, {
    fields: [{ path, message: reason }],
    ...(cause === undefined ? {} : { cause }),
  });
}
