import { isDeepStrictEqual } from 'node:util';

import { isSecret } from '@fusion-platform/contract/options';
import { sql } from 'drizzle-orm';

import { selectRows } from '../../../database/index.ts';
import type { StoredReason } from '../../../database/index.ts';
import { storedReason, withoutCredentials } from '../../component/index.ts';
import type { Work } from '../../component/index.ts';
import type { Context } from '../../context.ts';
import { idsOfInput, inputIds } from '../../rows.ts';
import type { EngineComponent } from '../../rows.ts';

/** Executions that are looked through for an earlier one, of the process and of the organisation each. */
const lookedThrough = 200;
/** Reasons of one component; a long chain of options has no need of more. */
const mostReasons = 20;

type Compared = Pick<EngineComponent, 'id' | 'service_id' | 'job_options' | 'job_inputs' | 'reuse_key'>;
type Earlier = Compared & { readonly region_data_id: string | null };
type Contents = ReadonlyMap<string, string>;

/**
 * What differs from the nearest earlier execution of the same component: the last one of its process that
 * succeeded, or else of the organisation. Empty where there is none.
 * @param key of this component
 */
export async function differencesOf(
  context: Pick<Context, 'database' | 'data'>,
  { component, execution }: Pick<Work, 'component' | 'execution'>,
  key: string,
): Promise<StoredReason[]> {
  const { queries } = context.database;
  const before = await nearestEarlier(context, component, execution);
  if (!before) return [];
  const earlier = before.id;
  // It succeeded after it was looked for, so nothing differs.
  if (before.reuse_key === key) return [];
  const now: Earlier = { ...component, region_data_id: execution.region_data_id };
  const contents = await context.data.contentsOf(queries, [...new Set([...dataOf(before), ...dataOf(now)])]);
  const found = [
    ...(await serviceDiffers(context, before, now)),
    ...optionsDiffer(before, now),
    ...inputsDiffer(before, now, contents),
    ...(sameContent(contents, [before.region_data_id], [now.region_data_id])
      ? []
      : [storedReason('reuse_region', { earlier, was: before.region_data_id, now: now.region_data_id })]),
  ];
  // The description can change within a version, as it does while a service is being written.
  return found.length > 0 ? found.slice(0, mostReasons) : [storedReason('reuse_description', { earlier })];
}

async function nearestEarlier(
  { database }: Pick<Context, 'database'>,
  component: EngineComponent,
  { id, group_id: group, group_index: index }: Work['execution'],
): Promise<Earlier | undefined> {
  const { organisation_id: organisation, process_id: process, chain_index: place, ssd_id: ssd } = component;
  // Other slices of its group are no earlier executions of it.
  const candidates = (where: ReturnType<typeof sql>) =>
    sql`(select id, process_id, group_index, region_data_id, created_at from process_executions
      where ${where} and id <> ${id} and (${group}::uuid is null or group_id is distinct from ${group}::uuid)
      order by created_at desc limit ${lookedThrough})`;
  const [found] = await selectRows<Earlier>(
    database.queries,
    sql`select c.id, c.service_id, c.job_options, c.job_inputs, c.reuse_key, e.region_data_id
      from (${candidates(sql`process_id = ${process}`)} union ${candidates(sql`organisation_id = ${organisation}`)}) as e
        join process_service_executions c on c.process_execution_id = e.id
      where c.ssd_id = ${ssd} and c.state = 'succeeded' and c.reused_from is null and c.organisation_id = ${organisation}
      order by e.process_id = ${process} desc, c.chain_index = ${place} desc,
        e.group_index is not distinct from ${index}::int desc, e.created_at desc limit 1`,
  );
  return found;
}

async function serviceDiffers(
  { database }: Pick<Context, 'database'>,
  before: Compared,
  now: Compared,
): Promise<StoredReason[]> {
  if (before.service_id === now.service_id) return [];
  const earlier = before.id;
  const rows = await selectRows<{ id: string; version: number; image: string | null }>(
    database.queries,
    // A name can stand for another image by now: its digest, where it is known, tells.
    sql`select id, version, concat_ws('@', manifest ->> 'image', manifest ->> 'imageDigest') as image from services
      where id in (${before.service_id}, ${now.service_id})`,
  );
  const [was, is] = [before, now].map(({ service_id: id }) => rows.find((row) => row.id === id));
  const versions = {
    was: String(was?.version ?? before.service_id),
    now: String(is?.version ?? now.service_id),
  };
  const images = { was: was?.image || null, now: is?.image || null };
  return [
    storedReason('reuse_service', { earlier, ...versions }),
    // A service whose command runs in its folder has no image to compare.
    ...(images.was === images.now
      ? []
      : [
          storedReason(
            'reuse_image',
            { earlier, ...images },
            `The image of its service was ${images.was ?? 'none'} and is ${images.now ?? 'none'}`,
          ),
        ]),
  ];
}

function optionsDiffer(before: Compared, now: Compared): StoredReason[] {
  const [was, is] = [before.job_options, now.job_options];
  return [...new Set([...Object.keys(is), ...Object.keys(was)])].toSorted().flatMap((option) => {
    if (isDeepStrictEqual(was[option], is[option])) return [];
    const earlier = before.id;
    if (isSecret(option))
      return [
        storedReason('reuse_option', { earlier, option }, `Option ${option}, a secret, has another value`),
      ];
    const values = { was: shown(was[option]), now: shown(is[option]) };
    const sentence = `Option ${option} was ${values.was ?? 'not set'} and is ${values.now ?? 'not set'}`;
    return [storedReason('reuse_option', { earlier, option, ...values }, sentence)];
  });
}

const mostCharacters = 200;

/** A value as it may be shown: an address without who may use it. */
function shown(value: string | number | boolean | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  const text = withoutCredentials(String(value));
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}

function inputsDiffer(before: Compared, now: Compared, contents: Contents): StoredReason[] {
  return now.job_inputs.flatMap((input) => {
    const was = before.job_inputs.find(({ number }) => number === input.number);
    const [old, current] = [was ? idsOfInput(was) : [], idsOfInput(input)];
    if (was && sameContent(contents, old, current)) return [];
    const name = input.title ? `${input.number} (${input.title})` : String(input.number);
    const gone = old.some((id) => !contents.has(id));
    return [
      storedReason(
        'reuse_input',
        { earlier: before.id, input: name, was: old[0], now: current[0] },
        gone ? `What input ${name} held is not known any more` : undefined,
      ),
    ];
  });
}

const dataOf = (component: Earlier): string[] => [
  ...inputIds(component),
  ...(component.region_data_id === null ? [] : [component.region_data_id]),
];

/** What is unknown is equal to itself alone. */
const sameContent = (
  contents: Contents,
  one: readonly (string | null)[],
  other: readonly (string | null)[],
): boolean => {
  const of = (ids: readonly (string | null)[]) =>
    ids.map((id) => (id === null ? null : (contents.get(id) ?? id)));
  return isDeepStrictEqual(of(one), of(other));
};
