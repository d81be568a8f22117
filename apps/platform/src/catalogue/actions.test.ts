import { describe, expect, test } from 'vitest';

import { readManifest, ServiceFileError } from './manifest.ts';

const ssdId = '11111111-1111-4111-8111-111111111111';
const other = '22222222-2222-4222-8222-222222222222';

const read = (actions: readonly object[], parts: object = {}) =>
  readManifest(
    'service.yaml',
    '/services/slope',
    // JSON is YAML.
    JSON.stringify({
      name: 'Slope',
      ssd_id: ssdId,
      version: 1,
      command: ['node'],
      outputs: [{ number: 1, name: 'Slope', file_type: 'GeoTIFF' }],
      actions,
      ...parts,
    }),
  );

function problems(actions: readonly object[], parts: object = {}): readonly string[] {
  try {
    read(actions, parts);
  } catch (error) {
    if (error instanceof ServiceFileError)
      return error.faults.flatMap(({ problems: own }) => own.map((one) => one.replace(/ \(line \d+\)$/, '')));
    throw error;
  }
  return [];
}

const url = 'https://tiles.example/sample';
const sample = (...values: object[]) => [{ name: 'Sample', url, values }];

describe('the actions of a service.yaml', () => {
  test('have values of every kind, whose literals may be numbers and booleans', () => {
    const { actions } = read([
      {
        name: 'Sample',
        url: `${url}/{band_data_id}?at={place}`,
        values: [
          { name: 'band', ssd_id: ssdId, output: 1, selector: 'Slope' },
          { name: 'zoom', data_type: 'numeric', constant: true, value: 9 },
          { name: 'twice', data_type: 'numeric', expression: 'zoom * 2' },
          { name: 'token', url: 'https://tokens.example/?for={band}' },
          { name: 'place', required: true, default: 'Glasgow' },
          { name: 'fine', data_type: 'boolean', default: true },
        ],
      },
    ]);
    expect(
      actions[0]!.values.map(({ name, data_type, value, default: fallback }) => [
        name,
        data_type,
        value,
        fallback,
      ]),
    ).toEqual([
      ['band', 'string', null, null],
      ['zoom', 'numeric', '9', null],
      ['twice', 'numeric', null, null],
      ['token', 'string', null, null],
      ['place', 'string', null, 'Glasgow'],
      ['fine', 'boolean', null, 'true'],
    ]);
  });

  test('are addresses of the web without a user, and names as Python allows', () => {
    const value = { name: 'class' };
    expect(problems([{ name: 'A', url: 'file:///etc/passwd', values: [value] }])).toEqual([
      'actions.0.url: an address that begins with http:// or https://',
      'actions.0.values.0.name: a name as Python allows, since expressions use it',
    ]);
    expect(problems([{ name: 'A', url: 'https://ada:secret@tiles.example/' }])).toEqual([
      'actions.0.url: an address without a user and a password',
    ]);
    expect(problems([{ name: 'A', url: 'https://{host}/' }])).toHaveLength(1);
  });

  test('come from one place each, with what goes with it', () => {
    expect(
      problems(
        sample(
          { name: 'a', constant: true },
          { name: 'b', value: 1 },
          { name: 'c', expression: '1', url },
          { name: 'd', expression: '1', default: 2 },
          { name: 'e', ssd_id: ssdId },
          { name: 'f', selector: 'Slope' },
          { name: 'a' },
        ),
      ),
    ).toEqual([
      'actions.0.values.0.value: a constant has one',
      'actions.0.values.1.value: only a constant has one; what a user may change is a default',
      'actions.0.values.2.url: it has expression already, and a value comes from one place',
      'actions.0.values.3.default: only a value that a user gives has one',
      'actions.0.values.4.output: it goes with ssd_id',
      'actions.0.values.5.selector: it goes with ssd_id',
      'actions.0.values.6.name: "a" is there twice',
    ]);
  });

  test('name outputs of the chain, values before them, and each other once', () => {
    const definition = [{ ssd_id: other, output: 1, linkages: [{ ssd_id: ssdId, input: 1 }] }];
    const inputs = [{ number: 1, file_type: 'GeoTIFF' }];
    const values = [
      { name: 'own', ssd_id: ssdId, output: 2 },
      { name: 'fed', ssd_id: other, output: 7 },
      { name: 'strange', ssd_id: '33333333-3333-4333-8333-333333333333', output: 1 },
      { name: 'early', url: 'https://a.example/{late}' },
      { name: 'late' },
    ];
    const actions = [
      { name: 'A', url: `${url}/{nobody}`, values },
      { name: 'A', url },
    ];
    expect(problems(actions, { definition, inputs })).toEqual([
      'actions.0.url: there is no value "nobody" before it',
      'actions.0.values.0.output: the service has no output 2',
      'actions.0.values.2.ssd_id: 33333333-3333-4333-8333-333333333333 is not part of the chain',
      'actions.0.values.3.url: there is no value "late" before it',
      'actions.1.name: "A" is there twice',
    ]);
  });
});
