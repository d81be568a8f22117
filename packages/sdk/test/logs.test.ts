import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { calls } from '@fusion-platform/contract';
import Papa from 'papaparse';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { ProcessServiceExecution } from '../src/index.ts';
import { page, Refusal } from './fixture-server.ts';
import type { Fixture } from './fixture-server.ts';
import { executionOf, startPlatform } from './platform-state.ts';
import { component, id, logRecord } from './samples.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'fusion-sdk-'))));
afterAll(async () => await rm(folder, { recursive: true }));

async function componentOf(platform: Fixture): Promise<ProcessServiceExecution> {
  platform.on(calls.listComponents, () => ({ list: [component()], extras: {} }));
  return (await (await executionOf(platform)).components().first())!;
}

test('the log file holds every record, newest first, and any reader gets the messages back', async () => {
  await using platform = await startPlatform();
  const messages = [
    'plain',
    'a,b',
    'say "hi"',
    'two\nlines',
    'two\r\nlines',
    'Ünïcödé 地球',
    ' spaces ',
    '',
    null,
  ];
  const records = Array.from({ length: 2500 }, (_, n) => logRecord(n, messages[n % messages.length]!));
  platform.on(calls.listLogs, ({ list }) => page(records, list));
  const path = join(folder, 'new', 'logs.csv');
  await (await componentOf(platform)).downloadLogFile(path);
  const text = await readFile(path, 'utf8');
  expect(text.startsWith('logged_at,message\r\n')).toBe(true);
  expect(text.endsWith('\r\n')).toBe(true);
  const { data, errors } = Papa.parse<{ logged_at: string; message: string }>(text.slice(0, -2), {
    header: true,
  });
  expect(errors).toEqual([]);
  expect(data.map(({ message }) => message)).toEqual(
    records.map(({ message }) => message ?? '').toReversed(),
  );
  expect(new Date(data[0]!.logged_at).toISOString()).toBe(records.at(-1)!['logged_at']);
  expect(platform.asked(calls.listLogs)).toHaveLength(5);
});

test('a component without logs gives a file with the header alone', async () => {
  await using platform = await startPlatform();
  platform.on(calls.listLogs, () => ({ list: [], extras: {} }));
  const path = join(folder, 'empty.csv');
  await (await componentOf(platform)).downloadLogFile(path);
  expect(await readFile(path, 'utf8')).toBe('logged_at,message\r\n');
});

test.each(['error', 'abort'])('after an %s no file is left and an older one is as it was', async (how) => {
  await using platform = await startPlatform();
  const records = Array.from({ length: 1500 }, (_, n) => logRecord(n, 'm'));
  const controller = new AbortController();
  platform.on(calls.listLogs, ({ list }) => {
    if (!list.last) return page(records, list);
    if (how === 'abort') return controller.abort(new Error('enough'));
    throw new Refusal(403, { error_message: 'no more' });
  });
  const own = await mkdtemp(join(folder, 'older-'));
  const path = join(own, 'logs.csv');
  await writeFile(path, 'older');
  const from = await componentOf(platform);
  await expect(from.downloadLogFile(path, { signal: controller.signal })).rejects.toThrow(/enough|no more/);
  expect(await readdir(own)).toEqual(['logs.csv']);
  expect(await readFile(path, 'utf8')).toBe('older');
});

test('the log as a Blob is what the file would hold', async () => {
  await using platform = await startPlatform();
  platform.on(calls.listLogs, ({ list }) => page([logRecord(0, 'a,b')], list));
  const blob = await (await componentOf(platform)).logCsv();
  expect(await blob.text()).toBe('logged_at,message\r\n2026-01-01T00:00:00.000000+00:00,"a,b"\r\n');
  expect(blob.type).toBe('text/csv;charset=utf-8');
});

test('logs are listed oldest first unless reversed', async () => {
  await using platform = await startPlatform();
  platform.on(calls.listLogs, ({ list }) => page([logRecord(0, 'old'), logRecord(1, 'new')], list));
  const from = await componentOf(platform);
  expect((await from.logs().toArray()).map(({ message }) => message)).toEqual(['old', 'new']);
  expect((await from.logs({ reverse: true }).first())?.message).toBe('new');
});

test('a live log goes on after the record where the stream broke', async () => {
  await using platform = await startPlatform();
  const asked: (string | undefined)[] = [];
  const event = (n: number): string =>
    `id: ${id(1_000_000 + n)}\nevent: log\ndata: ${JSON.stringify({ model: logRecord(n, `m${n}`) })}\n\n`;
  platform.on(calls.getComponent, () => ({ model: component(), extras: {} }));
  platform.on(calls.listLogs, ({ list }) => page([logRecord(0, 'm0'), logRecord(1, 'm1')], list));
  platform.on(calls.followLogs, ({ headers, raw: { response } }) => {
    asked.push(headers['last-event-id'] as string | undefined);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (asked.length === 1) response.write(event(0) + event(1), () => response.destroy());
    else response.end(`: still here\n\n${event(2)}event: news\ndata: {}\n\nevent: end\ndata: {}\n\n`);
  });
  const seen: (string | undefined)[] = [];
  for await (const { message } of (await componentOf(platform)).followLogs()) seen.push(message);
  expect(seen).toEqual(['m0', 'm1', 'm2']);
  expect(asked).toEqual([undefined, id(1_000_001)]);
});

test('where there is no live stream, new records are looked for until the component has ended', async () => {
  await using platform = await startPlatform();
  let looks = 0;
  platform.on(calls.getComponent, () => {
    looks += 1;
    return { model: component(looks < 3 ? {} : { ended_at: '2026-01-01T00:01:00+00:00' }), extras: {} };
  });
  platform.on(calls.listLogs, ({ list }) =>
    page(
      Array.from({ length: looks * 2 }, (_, n) => logRecord(n, `m${n}`)),
      list,
    ),
  );
  const seen: (string | undefined)[] = [];
  for await (const { message } of (await componentOf(platform)).followLogs()) seen.push(message);
  expect(seen).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5']);
});
