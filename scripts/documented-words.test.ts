import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { roles, webhookEvents } from '@fusion-platform/contract';
import { isSecret } from '@fusion-platform/contract/options';
import { reasonTable } from '@fusion-platform/contract/reasons';
import { packageLimits } from '@fusion-platform/contract/service-file';
import { expect, test } from 'vitest';

import type { ExitType } from '../apps/platform/src/executions/component/decide.ts';

const page = (name: string): string => readFileSync(join(import.meta.dirname, '../docs', name), 'utf8');

/** The words in backticks of the first column of the first table below that heading. */
function listedIn(text: string, heading: string): string[] {
  const [, below = ''] = `\n${text}`.split(`\n${heading}\n`);
  const [table = ''] = /^\|[^]*?(?=\n\n|\n*$(?![^]))/m.exec(below) ?? [];
  const [, ...rows] = table.split('\n');
  return rows.flatMap((line) => line.split('|')[1]?.match(/(?<=`)[\w.]+(?=`)/g) ?? []);
}

test('a table that lacks a word is told apart', () => {
  const text =
    '\n## Words\nText.\n\n| word | what |\n|---|---|\n| `a`, `b.c` | `d` |\n| none | |\n\n| `e` | |';
  expect(listedIn(text, '## Words')).toEqual(['a', 'b.c']);
});

test('processes.md lists everything that something can wait for', () => {
  // What is about to begin is told as waiting for a slot, and a silent node in the reasons alone.
  const waiting = Object.entries(reasonTable).flatMap(([code, { kind }]) =>
    kind === 'waiting' && code !== 'turn' && code !== 'node_silent' ? [code] : [],
  );
  expect(listedIn(page('processes.md'), '## What it waits for').toSorted()).toEqual(waiting.toSorted());
});

test('components.md lists every way in which an execution ends', () => {
  const ends = {
    service_error: true,
    no_output: true,
    out_of_memory: true,
    timed_out: true,
    storage_exceeded: true,
    stopped: true,
    cancelled: true,
    transient: true,
    slices_failed: true,
    lost: true,
    platform_error: true,
  } satisfies Record<ExitType, true>;
  // Those two a service says itself.
  const all = [...Object.keys(ends), 'refused', 'skipped'];
  expect(listedIn(page('components.md'), '## How an execution ends').toSorted()).toEqual(all.toSorted());
});

test('notifications.md lists every event, and members.md every role', () => {
  const listed = listedIn(page('notifications.md'), '# Notifications: mail and webhooks');
  expect(listed.toSorted()).toEqual(webhookEvents.toSorted());
  expect(listedIn(page('members.md'), '## Roles').toSorted()).toEqual(roles.toSorted());
});

test('members.md lists every message that a change of members leaves in the log', () => {
  const routes = join(import.meta.dirname, '../apps/platform/src/http/routes/members.ts');
  const logged = Array.from(
    readFileSync(routes, 'utf8').matchAll(/log\.info\([^']*'([^']+)'\)/g),
    ([, said = '']) => said,
  );
  expect(logged.length).toBeGreaterThan(3);
  const table = page('members.md').split('## In the log')[1] ?? '';
  const listed = Array.from(table.matchAll(/^\|.*\|$/gm), ([line]) => line.split('|')[1] ?? '');
  expect(listed.flatMap((cell) => cell.match(/(?<=`)[^`,]+(?=`)/g) ?? []).toSorted()).toEqual(
    logged.toSorted(),
  );
});

test('services.md lists names that make an option secret, and each of them does', () => {
  const [, sentence = ''] =
    /An option is secret by its name: ([^]*?) are never shown/.exec(page('services.md')) ?? [];
  const words = sentence.match(/(?<=`)\w+(?=`)/g) ?? [];
  expect(words.length).toBeGreaterThan(5);
  expect(words.filter((word) => !isSecret(`my_${word}_2`))).toEqual([]);
});

test('publishing.md says how much a folder may hold as it is checked', () => {
  const { files, bytes, archiveBytes } = packageLimits;
  expect(page('publishing.md')).toContain(
    `up to ${files.toLocaleString('en')} files and ${bytes / 1e6} MB, ${archiveBytes / 1e6} MB packed`,
  );
});
