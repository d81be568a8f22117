import { webhookEvents } from '@fusion-platform/contract';
import { expect, test } from 'vitest';

import { mailText, oneLine } from './mail-text.ts';

const payload = {
  process_id: 'p',
  process_name: 'Elevation',
  group_id: 'g',
  reason: '2 of 9 executions of the group failed',
  delete_expiry: '2026-03-01T23:30:00.000000+00:00',
};
const reader = { given_name: 'Ada', time_zone: 'Asia/Tokyo', organisation: 'Survey' };

test('every event has a mail of its own', () => {
  const mails = webhookEvents.map((event) => {
    const { subject, text } = mailText(event, payload, reader, 'https://fusion.example.com');
    return [subject, ...text.split('\n\n').slice(1, -2)];
  });
  expect(mails).toEqual([
    [
      'Process "Elevation" has ended',
      'All executions of a run of the process "Elevation" ended well. The outputs are ready.',
      '2 of 9 executions of the group failed',
    ],
    [
      'Process "Elevation" has failed',
      'A run of the process "Elevation" failed.',
      '2 of 9 executions of the group failed',
    ],
    [
      'Outputs of process "Elevation" will be deleted',
      'All executions of a run of the process "Elevation", and the outputs, will be deleted on 2 March 2026, 08:30 (Asia/Tokyo). Download or copy what you need, or set a later date.',
    ],
    [
      'Process "Elevation" is waiting',
      'The process "Elevation" could not start yet. It starts by itself once it can.',
      '2 of 9 executions of the group failed',
    ],
  ]);
});

test('a time zone that nobody knows is taken as UTC', () => {
  const { text } = mailText('execution.expiring', payload, { ...reader, time_zone: 'Mars/Olympus' }, '');
  expect(text).toContain('1 March 2026, 23:30 (UTC)');
});

test('a text that goes on and on is cut, never through a character', () => {
  expect(oneLine('a\tb\n\nc', 10)).toBe('a b c');
  expect(oneLine('😀'.repeat(10), 3).isWellFormed()).toBe(true);
});

test.each([
  ['Ada', 'Hello Ada,'],
  ['-', 'Hello,'],
])('who is called %s is greeted with %s', (given_name, greeting) => {
  const { text } = mailText(
    'execution.ended',
    payload,
    { ...reader, given_name },
    'https://fusion.example.com',
  );
  expect(text.split('\n')[0]).toBe(greeting);
});
