import { describe, expect, test } from 'vitest';

import { ModelError } from '../errors.ts';
import { Data, Process, User } from '../models/index.ts';
import { flattenModel, parseFlatBody, requireFields } from './body.ts';

const id = '00000000-0000-4000-8000-000000000001';

describe('a flat body', () => {
  test('names each field within its model, and leaves out what is undefined or unknown', () => {
    const value = {
      name: 'Elevation',
      repeat_end: null,
      repeat_gap: { months: 1 },
      options: undefined as never,
      toString: 'x' as never,
    };
    expect(flattenModel(Process, value)).toEqual({
      'Process[name]': 'Elevation',
      'Process[repeat_end]': null,
      'Process[repeat_gap]': '{"months":1}',
    });
  });

  test('is read as the Python client sends it: every field it holds, deltas in Python’s words', () => {
    const body = {
      'Process[id]': id,
      'Process[created_at]': '2026-03-01T09:00:00+00:00',
      'Process[name]': 'Elevation',
      'Process[repeat_start]': '2026-03-01T09:00:00+00:00',
      'Process[repeat_gap]': 'relativedelta(months=+1)',
      'Process[repeat_offset]': '1 day, 0:00:00',
      'Process[price]': 1.5,
      'Process[available_dispatchers]': [],
      'Process[colour]': 'red',
      'Process[__proto__]': { polluted: true },
      'Data[name]': 'of another model',
      name: 'of none',
    };
    expect(parseFlatBody(Process, body)).toEqual({
      name: 'Elevation',
      repeat_start: '2026-03-01T09:00:00.000000+00:00',
      repeat_gap: { months: 1 },
      repeat_offset: { days: 1, seconds: 0, microseconds: 0 },
      available_dispatchers: [],
    });
  });

  test('keeps the read-only fields that a call takes all the same', () => {
    expect(parseFlatBody(Data, { 'Data[id]': id, 'Data[name]': 'x' }, { keep: ['id'] })).toEqual({
      id,
      name: 'x',
    });
  });

  test('reads back what was written', () => {
    const value = { given_name: 'Ada', telephone: null, notification_account: ['email'] };
    expect(parseFlatBody(User, JSON.parse(JSON.stringify(flattenModel(User, value))))).toEqual(value);
  });

  test.each([null, 'text', 7, [], undefined])('that is %j is refused', (body) => {
    expect(() => parseFlatBody(Data, body)).toThrow(ModelError);
  });

  test('with wrong fields is refused with all of them', () => {
    const body = { 'Process[name]': null, 'Process[run_type]': 7, 'Process[options]': [{}] };
    expect(() => parseFlatBody(Process, body)).toThrow(
      'Process is not valid: name: expected string, received null; run_type: expected string, received number; ' +
        'options[0].ssd_id: is required; options[0].name: is required; options[0].required: is required; ' +
        'options[0].data_type: is required',
    );
  });

  test('that lacks what a create needs is refused with all that it lacks', () => {
    expect(() => requireFields(Process, { name: 'x' }, ['name', 'run_type', 'repeat_count'])).toThrow(
      'Process is not valid: run_type: is required; repeat_count: is required',
    );
    expect(() => requireFields(Process, { name: 'x' }, ['name'])).not.toThrow();
  });

  test('of a process takes an input without data, as a template has it: which one is wanting the platform says', () => {
    const input = {
      ssd_id: id,
      input: 1,
      file_type: 'GeoJSON',
      model: 'Data',
      change_trigger: false,
    };
    const body = flattenModel(Process, { inputs: [input] } as never);
    expect(body).toEqual({ 'Process[inputs]': [input] });
    expect(parseFlatBody(Process, body)).toEqual({ inputs: [input] });
    expect(parseFlatBody(Process, { 'Process[inputs]': [{ ...input, id: '' }] }).inputs![0]!.id).toBeNull();
    expect(() => parseFlatBody(Process, { 'Process[inputs]': [{ ...input, id: 'x' }] })).toThrow(
      /not a UUID/,
    );
  });
});
