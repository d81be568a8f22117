import { expect, test } from 'vitest';

import { compareReceipts } from './compare.ts';
import type { ComponentRecord, FileRecord, Receipt } from './format.ts';

const service = { id: 'v1', ssd_id: 'ssd', version: 1, image_id: 'image', image_digest: null };
const component: ComponentRecord = {
  id: 'component',
  chain_index: 0,
  name: 'Ratio',
  state: 'succeeded',
  service,
  options: [{ name: 'scale', value: '1' }],
  inputs: ['first', 'second'],
  outputs: ['made'],
  fields: {},
  attempts: [],
  reasons: [],
  log: '',
  metrics: '',
  provenance: null,
};

const file = (data: string, sha256: string | null, name = `${data}.tif`): FileRecord => ({
  data_id: data,
  data_name: data,
  file_id: `${data} ${name}`,
  file_name: name,
  file_type: 'GeoTIFF',
  size: 1,
  sha256,
  path: null,
});
const files = [file('first', 'aaa'), file('second', 'bbb'), file('made', 'ccc')];

const receipt = (changed: Partial<ComponentRecord> = {}, its: readonly FileRecord[] = files): Receipt => ({
  format: 'fusion-platform-receipt',
  version: 1,
  created_at: '2026-03-04T05:06:07Z',
  platform: 'http://127.0.0.1',
  organisation: { id: 'organisation', name: 'Survey' },
  process: { id: 'process', name: 'Ratio', ssd_id: 'ssd', inputs: ['first', 'second'], price: 0 },
  executions: [
    {
      id: 'execution',
      group_index: null,
      state: 'succeeded',
      charged: 0,
      fields: {},
      reasons: [],
      components: [{ ...component, ...changed }],
    },
  ],
  files: its,
});

const differences = (b: Receipt, a = receipt()): string[] =>
  compareReceipts(a, b).differences.map(({ kind, where, a: x, b: y }) => `${kind} ${where}: ${x} ${y}`);

test('the same differ in nothing, whatever the order of the files', () => {
  expect(compareReceipts(receipt(), receipt({}, files.toReversed()))).toEqual({
    differences: [],
    outputs: [],
  });
});

test('inputs that were exchanged differ, each', () => {
  expect(differences(receipt({ inputs: ['second', 'first'] }))).toEqual([
    'input 0 Ratio, input 1: first.tif aaa second.tif bbb',
    'input 0 Ratio, input 2: second.tif bbb first.tif aaa',
  ]);
});

test('checksums are whole, for scripts', () => {
  const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
  const of = (sha256: string) => receipt({}, [file('first', sha256), ...files.slice(1)]);
  expect(differences(of(b), of(a))).toEqual([`input 0 Ratio, input 1: first.tif ${a} first.tif ${b}`]);
});

test('inputs of which a checksum is missing are not said to be the same', () => {
  const unknown = receipt({}, [file('first', null), ...files.slice(1)]);
  expect(differences(unknown, unknown)).toEqual([
    'input 0 Ratio, input 1: first.tif without a checksum first.tif without a checksum',
  ]);
});

test('one of two files of one name that has changed is found', () => {
  const two = (second: string) => [
    ...files,
    file('made', 'ddd', 'tile.tif'),
    file('made', second, 'tile.tif'),
  ];
  const { outputs } = compareReceipts(receipt({}, two('eee')), receipt({}, two('fff')));
  expect(outputs.map(({ where }) => where)).toEqual(['0 Ratio, output 1 tile.tif (2)']);
});

test('of an image its digest counts, and where there is none its id, unless the version says it all', () => {
  const ran = (changed: object): Receipt => receipt({ service: { ...service, ...changed } });
  const [one, other] = [ran({ image_digest: 'sha256:1' }), ran({ image_digest: 'sha256:2', image_id: 'x' })];
  expect(differences(other, one)).toEqual(['image 0 Ratio: sha256:1 sha256:2']);
  expect(differences(ran({ image_id: 'x' }))).toEqual(['image 0 Ratio: image x']);
  expect(differences(ran({ image_id: 'x', version: 2 }))).toEqual(['version 0 Ratio: 1 2']);
});
