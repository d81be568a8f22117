import type { Process } from 'fusion-platform';
import { expect, test } from 'vitest';

import { refuseWrongOptions } from './refuse-options.ts';

const option = (name: string, value: string | null) => ({
  name,
  ssd_id: 'a',
  data_type: 'constrained',
  validation: 'values=A,B',
  required: true,
  value,
});
const covered = '********:00000000-0000-4000-8000-000000000000';
/** As far as options are concerned. */
const process = {
  options: [option('kind', 'C'), option('token_kind', covered)],
  dispatchers: [{ options: [option('format', 'D'), option('subject', null)] }],
} as unknown as Process;
const none = { options: {}, dispatchers: [] };

test('what was given is judged, each fault told, and nothing that was not given', () => {
  expect(() => refuseWrongOptions(process, none)).not.toThrow();
  const dispatchers = [{ options: { format: 'D' } }];
  expect(() => refuseWrongOptions(process, { options: { kind: 'C' }, dispatchers })).toThrow(
    /^kind: "C" is not one of A, B; format: "D" is not one of A, B$/,
  );
});

test('stars that stand for a secret, and what a dispatcher lacks until it is to run, are left to the platform', () => {
  const given = { options: { token_kind: covered }, dispatchers: [{ options: { subject: null } }] };
  expect(() => refuseWrongOptions(process, given)).not.toThrow();
});
