import { describe, expect, test } from 'vitest';

import { ModelError } from '../errors.ts';
import { Data, DataFile, Organisation, Process, ProcessServiceExecutionLog, User } from '../models/index.ts';
import { parseModel, parseTemplate, presentModel } from './model.ts';

const id = '00000000-0000-4000-8000-000000000001';
const moment = '2026-03-01T09:00:00+00:00';
const data = { id, created_at: moment, updated_at: moment, organisation_id: id, name: 'Glasgow' };
const process = {
  id,
  created_at: moment,
  updated_at: moment,
  organisation_id: id,
  ssd_id: id,
  service_id: id,
  name: 'Elevation',
  run_type: 'run_once',
  repeat_count: 1,
  repeat_start: moment,
  process_status: 'draft',
  process_status_at: moment,
  test_run: false,
  price: 1.5,
  has_executions: '',
  has_executions_organisation_id: '',
};
const option = { ssd_id: id, name: 'resolution', required: true, data_type: 'numeric' };
const input = { ssd_id: id, input: 1, file_type: 'GeoJSON', model: 'Data', change_trigger: false };

function issuesOf(call: () => unknown): Record<string, string> {
  try {
    call();
  } catch (error) {
    if (error instanceof ModelError)
      return Object.fromEntries(error.issues.map(({ path, message }) => [path, message]));
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a model from the wire', () => {
  test('is read, dates in UTC and deltas as objects', () => {
    const read = parseModel(Process, {
      ...process,
      repeat_start: '2026-03-01T10:00:00+01:00',
      repeat_gap: '{"months": 1}',
      repeat_offset: '1 day, 0:00:00',
    });
    expect(read).toMatchObject({
      repeat_start: '2026-03-01T09:00:00.000000+00:00',
      repeat_gap: { months: 1 },
      repeat_offset: { days: 1, seconds: 0, microseconds: 0 },
    });
  });

  test('loses the fields that are unknown, at any depth', () => {
    const read = parseModel(Process, { ...process, colour: 'red', options: [{ ...option, shape: 'round' }] });
    expect(read).not.toHaveProperty('colour');
    expect(read.options![0]).toEqual(option);
  });

  test('takes an empty text for null where null may be, and nowhere else', () => {
    const read = parseModel(Process, {
      ...process,
      repeat_end: '',
      repeat_gap: '',
      process_status_changed_by: '',
      options: [{ ...option, value: '', description: '' }],
    });
    expect(read).toMatchObject({ repeat_end: null, repeat_gap: null, process_status_changed_by: null });
    expect(read.has_executions).toBe('');
    expect(read.options![0]).toMatchObject({ value: null, description: null });
  });

  test('that is wrong is refused with every offending path in one error, and what is wrong there', () => {
    const wrong = {
      ...process,
      id: 'one',
      name: 7,
      repeat_count: 1.5,
      repeat_start: '2026-02-31',
      repeat_gap: 'monthly',
      price: undefined,
      test_run: null,
      options: [option, { ...option, name: undefined, required: 'yes' }],
      inputs: 'none',
    };
    expect(issuesOf(() => parseModel(Process, wrong))).toEqual({
      id: 'is not a UUID',
      name: 'expected string, received number',
      repeat_count: 'expected int, received number',
      repeat_start: '"2026-02-31" is a date that does not exist',
      repeat_gap: '"monthly" is not a relative delta, e.g. {"months": 1}',
      price: 'is required',
      test_run: 'expected boolean, received null',
      'options[1].name': 'is required',
      'options[1].required': 'expected boolean, received string',
      inputs: 'expected array, received string',
    });
    expect(() => parseModel(Process, wrong)).toThrow(/^Process is not valid: id: is not a UUID; name: /);
  });

  test.each([null, 'text', 7, [], undefined])('that is no object but %j is refused as a whole', (wire) => {
    expect(Object.keys(issuesOf(() => parseModel(Data, wire)))).toEqual(['(the whole)']);
  });

  test('has the wrong address or e-mail named in plain words', () => {
    const user = { email: 'ada', organisations: [{ id: 'x', last: true }] };
    expect(issuesOf(() => parseTemplate(User, user))).toEqual({
      email: 'is not an e-mail address',
      'organisations[0].id': 'is not a UUID',
    });
  });

  test('gives users of an organisation no roles when none are told', () => {
    expect(parseTemplate(Organisation, { users: [{ id }] }).users).toEqual([{ id, roles: [] }]);
  });

  test('cannot reach a prototype, not from the depth of free-form JSON', () => {
    const wire: unknown = JSON.parse(
      '{"__proto__": {"a": 1}, "stac_item": {"__proto__": {"b": 1}, "deep": [{"__proto__": {"c": 1}, "d": 1}]}}',
    );
    const read = parseTemplate(DataFile, wire);
    expect(JSON.stringify(read)).toBe('{"stac_item":{"deep":[{"d":1}]}}');
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });
});

describe('a template from the wire', () => {
  test('may lack anything, the data of an input too', () => {
    expect(parseTemplate(Process, {})).toEqual({});
    expect(parseTemplate(Process, { inputs: [input] }).inputs).toEqual([input]);
  });

  test('is refused all the same for what it has wrong', () => {
    const wrong = { name: 7, inputs: [{ ...input, input: 'first' }] };
    expect(Object.keys(issuesOf(() => parseTemplate(Process, wrong)))).toEqual(['name', 'inputs[0].input']);
  });
});

describe('a model for the wire', () => {
  test('has its fields in order, without those that have no value', () => {
    const { id: _, ...rest } = data;
    const wire = presentModel(Data, { unlinked: null, deletable: undefined, ...rest, id });
    expect(Object.keys(wire)).toEqual(['id', 'created_at', 'updated_at', 'organisation_id', 'name']);
  });

  test('has deltas as JSON text', () => {
    expect(presentModel(Process, { repeat_gap: { months: 1 }, repeat_offset: { days: 1 } })).toEqual({
      repeat_gap: '{"months":1}',
      repeat_offset: '{"days":1}',
    });
  });

  test('has every nullable field of its nested objects, null where empty', () => {
    const wire = presentModel(Process, {
      options: [option],
      dispatchers: [{ ssd_id: id, name: 'S3', options: [option] }],
    });
    const complete = {
      ...option,
      value: null,
      validation: null,
      mutually_exclusive: null,
      advanced: null,
      title: null,
      description: null,
      constrained_names: null,
      constrained_values: null,
    };
    expect(wire['options']).toEqual([complete]);
    expect(wire['dispatchers']).toMatchObject([{ dispatch_intermediate: null, options: [complete] }]);
    expect(Object.keys((wire['options'] as object[])[0]!).slice(0, 4)).toEqual([
      'ssd_id',
      'name',
      'value',
      'required',
    ]);
  });

  test('may be a template: an input without data has no id', () => {
    const wire = presentModel(Process, { inputs: [input as never] });
    expect((wire['inputs'] as object[])[0]).not.toHaveProperty('id');
    expect((wire['inputs'] as object[])[0]).toMatchObject({ resolution: null, name: null });
  });

  test('is refused when it holds what the wire has no form for', () => {
    expect(Object.keys(issuesOf(() => presentModel(Data, { name: 7 as never })))).toEqual(['name']);
  });

  test('comes back as it was', () => {
    const stored = parseModel(Process, {
      ...process,
      repeat_gap: '{"months":1}',
      options: [option],
      price: 0.1,
    });
    const wire: unknown = JSON.parse(JSON.stringify(presentModel(Process, stored)));
    expect(presentModel(Process, parseModel(Process, wire))).toEqual(wire);
    const record = { ...data, process_service_execution_id: id, logged_at: moment, message: 'a, "b"\r\nç 𝄞' };
    expect(parseModel(ProcessServiceExecutionLog, record).message).toBe(record.message);
  });
});
