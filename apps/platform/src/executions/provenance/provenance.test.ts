import { randomUUID } from 'node:crypto';

import { CallError } from '@fusion-platform/contract';
import type { Provenance } from '@fusion-platform/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { tables } from '../../database/index.ts';
import { provLibrary } from '../testing/prov-library.ts';
import { openResults } from '../testing/results.ts';
import type { Results } from '../testing/results.ts';
import { createProvenance } from './index.ts';
import type { ComponentProvenance } from './index.ts';

const library = await provLibrary();
const missing = 'missing' in library ? library.missing : undefined;

let results: Results;
let provenance: ComponentProvenance;
let service: { readonly ssdId: string; readonly serviceId: string };

beforeAll(async () => {
  results = await openResults();
  const { database, catalogue } = results;
  provenance = createProvenance({ database, catalogue, version: '1.2.3' });
  service = await results.addService({ image: 'registry.example/slope:3' });
});
afterAll(async () => await results.close());

const of = async (component: string): Promise<Provenance> =>
  await provenance.of(results.organisation, component);

const option = (name: string, value: string | null, data_type: string) => ({
  name,
  value,
  data_type,
  validation: null,
});
const input = (number: number, data_id: string) => ({
  number,
  file_type: 'GeoTIFF',
  title: null,
  data_id,
});
const output = (data_id: string) => ({ number: 1, name: 'Slope', file_type: 'GeoTIFF', data_id });
const stored = (file_name: string, sha256: string, uploaded_at = '2026-03-01T08:00:00+00:00') => ({
  file_name,
  sha256,
  stored_size: 1234,
  uploaded_at,
});
const ended = '2026-03-01T09:01:42.000000+00:00';

/** The second component of a slice that Ada asked for: it took a DEM of the first, and needed two attempts. */
async function makeSlope() {
  const region = await results.addData('Glasgow', [stored('glasgow.geojson', 'aa')], true);
  const dem = await results.addData('DEM', [stored('dem.tif', 'bb')]);
  const slope = await results.addData('Slope', [stored('slope.tif', 'cc', ended)]);
  const execution = await results.addExecution({
    requested_by: results.user,
    group_id: randomUUID(),
    group_index: 1,
    group_count: 4,
    role: 'slice',
    region_data_id: region,
  });
  const ingester = await results.addComponent(execution, service, {
    name: 'DEM Ingester',
    job_outputs: [output(dem)],
  });
  const component = await results.addComponent(execution, service, {
    chain_index: 1,
    options: [
      option('scale', '1.5', 'numeric'),
      option('smooth', 'True', 'boolean'),
      option('day', '2026-01-31', 'datetime'),
      option('note', null, 'string'),
      option('secret_access_key', 'hunter2', 'string'),
    ],
    job_inputs: [input(1, dem)],
    job_outputs: [output(slope)],
  });
  const attempts = [randomUUID(), randomUUID()] as const;
  await results.database.queries.insert(tables.componentAttempts).values(
    attempts.map((id, index) => ({
      id,
      component_id: component,
      number: index + 1,
      node_id: randomUUID(),
      state: index === 0 ? ('gone' as const) : ('ended' as const),
      folder: '/attempts/1',
      handle: { runtime: 'container', attemptId: id, folder: '/attempts/1', imageDigest: 'sha256:dd' },
      started_at: '2026-03-01T09:01:01+00:00',
      exit_code: index === 0 ? null : 0,
      reason: index === 0 ? 'the machine went down' : null,
      peak_memory_bytes: 1_000_000,
    })),
  );
  return { region, dem, slope, execution, ingester, component, attempts };
}

const named = (qualified: string) => ({ $: qualified, type: 'prov:QUALIFIED_NAME' });
const relations = (document: Provenance, kind: keyof Provenance) =>
  Object.values((document[kind] ?? {}) as Record<string, Record<string, unknown>>);

describe('the provenance of a component', () => {
  test('says what it ran, in which execution and slice, and how its attempts ended', async () => {
    const made = await makeSlope();
    const { activity, wasInformedBy, entity, ...document } = await of(made.component);
    expect(activity![`uuid:${made.component}`]).toMatchObject({
      'prov:label': 'Slope',
      'prov:startTime': '2026-03-01T09:01:00.000000+00:00',
      'prov:endTime': ended,
      'fusion:state': 'succeeded',
      'fusion:memory_mb': 1024,
    });
    expect(activity![`uuid:${made.execution}`]).toMatchObject({
      'prov:label': 'Slopes of Glasgow',
      'fusion:role': 'slice',
      'fusion:group_index': 1,
      'fusion:group_count': 4,
    });
    expect(made.attempts.map((id) => activity![`uuid:${id}`])).toMatchObject([
      { 'fusion:attempt': 1, 'fusion:reason': 'the machine went down' },
      {
        'fusion:attempt': 2,
        'fusion:exit_code': 0,
        'fusion:runtime': 'container',
        'fusion:image_digest': 'sha256:dd',
      },
    ]);
    const [first, second] = made.attempts.map((id) => `uuid:${id}`);
    expect(Object.values(wasInformedBy!)).toContainEqual({
      'prov:informed': second,
      'prov:informant': first,
    });
    expect(entity![`uuid:${service.serviceId}`]).toMatchObject({
      'prov:type': [named('prov:Plan'), named('fusion:Service')],
      'fusion:ssd': named(`uuid:${service.ssdId}`),
      'fusion:version': 3,
      'fusion:image': 'registry.example/slope:3',
    });
    expect(Object.values(document.wasStartedBy!)).toMatchObject([
      { 'prov:activity': `uuid:${made.component}`, 'prov:starter': `uuid:${made.execution}` },
    ]);
  });

  test('says who asked for it, for which organisation, and which platform ran it by which plan', async () => {
    const { component, execution } = await makeSlope();
    const document = await of(component);
    const [user, organisation] = [`uuid:${results.user}`, `uuid:${results.organisation}`];
    expect(document.agent).toMatchObject({
      [user]: { 'prov:type': named('prov:Person'), 'fusion:email': 'ada@example.com' },
      [organisation]: { 'prov:type': named('prov:Organization'), 'prov:label': 'Survey' },
      'fusion:platform': { 'prov:type': named('prov:SoftwareAgent'), 'fusion:version': '1.2.3' },
    });
    expect(relations(document, 'wasAssociatedWith')).toEqual(
      expect.arrayContaining([
        { 'prov:activity': `uuid:${execution}`, 'prov:agent': user, 'prov:role': named('fusion:requester') },
        {
          'prov:activity': `uuid:${component}`,
          'prov:agent': 'fusion:platform',
          'prov:plan': `uuid:${service.serviceId}`,
        },
      ]),
    );
    expect(relations(document, 'actedOnBehalfOf')).toContainEqual({
      'prov:delegate': user,
      'prov:responsible': organisation,
      'prov:activity': `uuid:${execution}`,
    });
  });

  test('of a run that began by its schedule names the organisation alone', async () => {
    const component = await results.addComponent(await results.addExecution(), service);
    const { agent } = await of(component);
    expect(Object.keys(agent!).toSorted()).toEqual(['fusion:platform', `uuid:${results.organisation}`]);
  });

  test('has the options with their types, and covers secrets', async () => {
    const { component } = await makeSlope();
    const document = await of(component);
    expect(document.entity![`options:${component}`]).toEqual({
      'prov:type': named('fusion:Options'),
      'prov:label': 'Options of Slope',
      'option:scale': { $: '1.5', type: 'xsd:double' },
      'option:smooth': true,
      'option:day': '2026-01-31',
      'option:secret_access_key': '********',
      'fusion:without_value': ['note'],
    });
    expect(JSON.stringify(document)).not.toContain('hunter2');
  });

  test('has inputs, region and outputs with the checksums of their files, and what came from what', async () => {
    const { component, ingester, region, dem, slope } = await makeSlope();
    const document = await of(component);
    const files = relations(document, 'entity').filter((entity) => 'fusion:sha256' in entity);
    expect(files.map((file) => [file['prov:label'], file['fusion:sha256'], file['fusion:size']])).toEqual([
      ['dem.tif', 'bb', 1234],
      ['glasgow.geojson', 'aa', 1234],
      ['slope.tif', 'cc', 1234],
    ]);
    expect(relations(document, 'used').map((use) => [use['prov:entity'], use['prov:role']])).toEqual([
      [`options:${component}`, named('fusion:options')],
      [`uuid:${dem}`, named('fusion:input')],
      [`uuid:${region}`, named('fusion:region')],
    ]);
    const made = relations(document, 'wasGeneratedBy').map((by) => [by['prov:entity'], by['prov:activity']]);
    expect(made).toContainEqual([`uuid:${dem}`, `uuid:${ingester}`]);
    expect(made).toContainEqual([`uuid:${slope}`, `uuid:${component}`]);
    expect(relations(document, 'wasDerivedFrom').map((by) => by['prov:usedEntity'])).toEqual([
      `uuid:${dem}`,
      `uuid:${region}`,
    ]);
    expect(relations(document, 'wasAttributedTo')).toEqual([
      { 'prov:entity': `uuid:${region}`, 'prov:agent': `uuid:${results.organisation}` },
    ]);
  });

  test('leaves out files that came into an upload after it had begun', async () => {
    const late = stored('late.tif', 'ee', '2026-03-02T00:00:00+00:00');
    const data = await results.addData('Uploads', [stored('early.tif', 'ff'), late], true);
    const execution = await results.addExecution();
    const component = await results.addComponent(execution, service, { job_inputs: [input(1, data)] });
    const text = JSON.stringify(await of(component));
    expect([text.includes('early.tif'), text.includes('late.tif')]).toEqual([true, false]);
  });

  test('of one that failed says why, and that it made nothing', async () => {
    const execution = await results.addExecution();
    const component = await results.addComponent(execution, service, {
      state: 'failed',
      exit_type: 'out_of_memory',
      abort_reason: 'It ran out of its 1024 MB of memory',
      job_outputs: [output(await results.addData('Nothing'))],
    });
    const document = await of(component);
    expect(document.activity![`uuid:${component}`]).toMatchObject({
      'fusion:state': 'failed',
      'fusion:exit_type': 'out_of_memory',
      'fusion:abort_reason': 'It ran out of its 1024 MB of memory',
    });
    expect([document.wasGeneratedBy, document.wasDerivedFrom]).toEqual([undefined, undefined]);
  });

  test('of one that took outputs over names those and the component that made them', async () => {
    const former = await makeSlope();
    const same = await results.addData('Slope', [stored('slope.tif', 'cc', ended)]);
    const execution = await results.addExecution();
    const component = await results.addComponent(execution, service, {
      reused_from: former.component,
      reuse_note: 'Taken over',
      job_inputs: [input(1, former.dem)],
      job_outputs: [output(same)],
    });
    const document = await of(component);
    const pair = [`uuid:${same}`, `uuid:${former.slope}`];
    expect(relations(document, 'alternateOf').map(Object.values)).toEqual([pair]);
    expect(relations(document, 'wasDerivedFrom').map(Object.values)).toEqual([pair]);
    expect(relations(document, 'wasGeneratedBy')).toContainEqual({
      'prov:entity': `uuid:${former.slope}`,
      'prov:activity': `uuid:${former.component}`,
      'prov:time': ended,
    });
  });

  test('keeps the id of an input that is deleted', async () => {
    const gone = randomUUID();
    const execution = await results.addExecution();
    const component = await results.addComponent(execution, service, { job_inputs: [input(1, gone)] });
    expect((await of(component)).entity![`uuid:${gone}`]).toMatchObject({ 'fusion:deleted': true });
  });

  test('says what a component that dispatches sent where', async () => {
    const sent = { file: 'slope.tif', to: 's3://bucket/slope.tif', size: 1234, at: ended };
    const execution = await results.addExecution();
    const component = await results.addComponent(execution, service, {
      kind: 'dispatch',
      dispatched: [sent],
    });
    const document = await of(component);
    expect(document.entity![`sent:${component}.1`]).toMatchObject({
      'prov:label': 'slope.tif',
      'prov:location': 's3://bucket/slope.tif',
    });
  });

  test('of another organisation’s component is not found', async () => {
    const { component } = await makeSlope();
    await expect(provenance.of(randomUUID(), component)).rejects.toBeInstanceOf(CallError);
  });

  test('describes all that it names, and declares every prefix that it uses', async () => {
    const { component } = await makeSlope();
    const { prefix, entity, activity, agent, ...others } = await of(component);
    const relating = Object.values(others).flatMap((records) =>
      Object.values(records as Record<string, Record<string, unknown>>),
    );
    const mentioned = relating.flatMap((record) =>
      Object.entries(record).flatMap(([key, value]) =>
        key.startsWith('prov:') && key !== 'prov:time' && key !== 'prov:role' ? [value] : [],
      ),
    );
    const things = Object.entries({ ...entity, ...activity, ...agent });
    expect(things.map(([id]) => id)).toEqual(expect.arrayContaining(mentioned));

    const keys = [...things, ...relating.map((record) => ['', record] as const)].flatMap(([id, record]) => [
      id,
      ...Object.keys(record),
    ]);
    const prefixes = new Set(keys.flatMap((key) => (key === '' ? [] : [key.split(':')[0]!])));
    expect(['prov', ...Object.keys(prefix)]).toEqual(expect.arrayContaining([...prefixes]));
  });

  test.skipIf(missing)(
    `is read and written by a PROV library (${missing ?? 'prov for Python'})`,
    async () => {
      if ('missing' in library) return;
      const { component, attempts } = await makeSlope();
      const document = await of(component);
      const read = await library.read(document);
      const things = relations(document, 'entity').length + relations(document, 'activity').length;
      expect(read).toMatchObject({ same: true, unknown: [] });
      expect(read.elements).toBe(things + relations(document, 'agent').length);
      expect(read.text).toContain(`wasInformedBy(uuid:${attempts[1]}, uuid:${attempts[0]})`);
    },
  );
});
