import { expect, test } from 'vitest';

import type { Reason } from '@fusion-platform/contract';

import type { RuntimeReason } from '../../runtimes/index.ts';
import { readReason } from '../view/read-reason.ts';
import { decide } from './decide.ts';
import type { Facts } from './decide.ts';
import { inputReason, notAccepted, withoutCredentials } from './end-reason.ts';

const input = { number: 1, file_type: 'GeoTIFF', title: 'Scene', data_id: null } as const;
const facts: Facts = {
  attempt: { state: 'ended', reason: null, exitCode: null },
  earlier: { lost: 9, out_of_memory: 9, transient: 9 },
  retries: { lost: 0, out_of_memory: 0, transient: 0 },
  mostMemoryMb: 1024,
  delaySeconds: 0,
  halt: null,
  resources: { memoryMb: 512, storageGb: 1 },
  outcome: { success: null, exitType: null, abortReason: null },
  runtime: 'container',
  inputs: [input],
  missing: [],
  logTail: null,
};

function ended(
  reason: RuntimeReason,
  more: Partial<Facts> = {},
): { readonly exitType: string; readonly told: Reason } {
  const exitCode = reason.code === 'exited' ? reason.evidence.exitCode : null;
  const decision = decide({ ...facts, attempt: { state: 'ended', reason, exitCode }, ...more });
  if (!('exitType' in decision)) throw new Error('it did not fail');
  return { exitType: decision.exitType, told: readReason(decision.why ?? null, decision.reason)! };
}

const valuesOf = ({ evidence }: Reason): Readonly<Record<string, string>> =>
  Object.fromEntries(evidence.map(({ name, value }) => [name, value]));

test('an image that cannot be had gives the words and the host of its registry, and no permission of its address', () => {
  const message =
    'unauthorized: GET https://ada:hush@registry.example.com:5000/v2/dem/manifests/2?token=hush: status 401';
  const { exitType, told } = ended({
    code: 'image_unavailable',
    evidence: { image: 'registry.example.com:5000/dem:2', message },
  });
  expect([exitType, told.code, told.next_whose]).toEqual(['platform_error', 'image_unavailable', 'operator']);
  expect(valuesOf(told)).toMatchObject({
    image: 'registry.example.com:5000/dem:2',
    host: 'registry.example.com:5000',
  });
  expect(JSON.stringify(told)).not.toMatch(/hush/);
  expect(told.sentence).toContain('unauthorized');
});

test.each([
  ['https://ada:hush@data.example.com/a/b.tif?X-Amz-Signature=hush#hush', 'https://data.example.com/a/b.tif'],
  ['cannot read s3://bucket/key', 'cannot read s3://bucket/key'],
  [
    'GET "https://a.example/x?k=hush" failed, see http://b.example',
    'GET "https://a.example/x" failed, see http://b.example',
  ],
  ['nothing of it: a@b.example', 'nothing of it: a@b.example'],
])('%s is shown without credentials', (text, shown) => {
  expect(withoutCredentials(text)).toBe(shown);
});

test('an input that cannot be had gives its number and title, its file, the host and the status', () => {
  const reason = inputReason(
    [input],
    'inputs/1/scene.tif',
    'https://ada:hush@store.example/bucket/key?signature=hush does not answer (HTTP 404)',
  );
  expect(valuesOf(readReason(reason)!)).toEqual({
    input: '1 (Scene)',
    file: 'inputs/1/scene.tif',
    message: 'https://store.example/bucket/key does not answer (HTTP 404)',
    host: 'store.example',
    status: '404',
  });
});

test.each([
  [
    'bwrap: execvp dem: No such file or directory',
    1,
    'service_error',
    'command_not_found',
    { command: 'dem' },
  ],
  ['attempt: 1: exec: dem: not found', 127, 'service_error', 'command_not_found', { command: 'dem' }],
  [
    'setpriv: failed to execute dem: No such file or directory',
    127,
    'service_error',
    'command_not_found',
    { command: 'dem' },
  ],
  ['bwrap: No permissions to create new namespace', 1, 'platform_error', 'no_sandbox', {}],
])('%s is no fault within the service', (logTail, exitCode, exitType, code, evidence) => {
  const found = ended({ code: 'exited', evidence: { exitCode } }, { logTail });
  expect([found.exitType, found.told.code]).toEqual([exitType, code]);
  expect(valuesOf(found.told)).toMatchObject(evidence);
});

test('what a service says last does not pass for a fault of the platform', () => {
  const logTail = 'It begins\nbwrap: No permissions to create new namespace';
  const decision = decide({
    ...facts,
    attempt: { state: 'ended', reason: { code: 'exited', evidence: { exitCode: 1 } }, exitCode: 1 },
    logTail,
  });
  expect(decision).toMatchObject({ exitType: 'service_error', why: undefined });
});

test('a command that a container does not have, memory that no node has and other refusals are told apart', () => {
  const message = 'crun: executable file "dem": executable file not found in $PATH';
  expect(ended({ code: 'cannot_start', evidence: { message } }).told.code).toBe('command_not_found');
  expect(ended({ code: 'cannot_start', evidence: { message: 'no space left' } }).told.code).toBe(
    'cannot_start',
  );
  const memory = 'sbatch: error: Memory specification can not be satisfied';
  expect(valuesOf(readReason(notAccepted('slurm', memory, 999_999))!)).toEqual({
    needed: '999999',
    message: memory,
  });
  expect(notAccepted('slurm', 'Invalid account', 512).code).toBe('not_accepted');
});

test('a signal, an end from outside, an outcome that cannot be read and outputs that are missing say so', () => {
  const signal = ended({ code: 'signalled', evidence: { signal: 'SIGSEGV' } });
  expect([signal.exitType, signal.told.code, valuesOf(signal.told)]).toEqual([
    'service_error',
    'signalled',
    { signal: 'SIGSEGV' },
  ]);
  expect(ended({ code: 'cancelled', evidence: {} }).told.code).toBe('ended_outside');
  const exited = (exitCode: number): RuntimeReason => ({ code: 'exited', evidence: { exitCode } });
  const invalid = 'outcome.json is passed over: it is not JSON';
  const outcome = { ...facts.outcome, invalid };
  expect(valuesOf(ended(exited(1), { outcome }).told)).toEqual({ message: invalid, exit_code: '1' });
  const missing = ['output 1 (DEM)'];
  expect(ended(exited(0), { outcome, missing }).told.code).toBe('outcome_invalid');
  expect(valuesOf(ended(exited(0), { missing }).told)).toEqual({
    outputs: '1',
    exit_code: '0',
    missing: 'output 1 (DEM)',
  });
  // What a service says itself comes first.
  const own = { success: false, exitType: 'refused', abortReason: 'There is no data' };
  expect(
    decide({ ...facts, outcome: own, attempt: { state: 'ended', reason: exited(1), exitCode: 1 } }),
  ).toMatchObject({
    exitType: 'refused',
    why: undefined,
  });
});
