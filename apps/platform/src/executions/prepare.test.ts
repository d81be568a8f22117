import { expect, test } from 'vitest';

import type { Work } from './component.ts';
import type { Context, EngineManifest } from './context.ts';
import { attemptSpec } from './prepare.ts';

const work = (organisation: string): Work =>
  ({
    execution: { organisation_id: organisation },
    component: { cpu: 1, memory: 512, storage: 1 },
    attempt: { id: 'attempt', folder: '/data/attempts/attempt' },
  }) as unknown as Work;

const manifest = (ssdId: string, urls: readonly string[]): EngineManifest =>
  ({ ssdId, urls, cidrs: [], environment: [], command: ['node'], folder: '/services/one' }) as never;

const context = (blockCache?: object): Context =>
  ({ settings: { environment: {}, readOnly: [], ...(blockCache && { blockCache }) } }) as unknown as Context;

test('only the components of one service and organisation share a folder for parts of remote files', () => {
  const lending = context({ folder: '/data/blocks', megabytes: 100 });
  const lent = (organisation: string, ssdId: string): readonly string[] | undefined =>
    attemptSpec(lending, work(organisation), manifest(ssdId, ['https://archive.example'])).shared;
  expect(lent('a', 'dem')).toEqual(['/data/blocks/a/dem']);
  expect(lent('b', 'dem')).toEqual(['/data/blocks/b/dem']);
  expect(lent('a', 'sentinel')).toEqual(['/data/blocks/a/sentinel']);
});

test('a service without addresses, and any where nothing is to be kept, is lent no folder', () => {
  const inland = attemptSpec(
    context({ folder: '/data/blocks', megabytes: 100 }),
    work('a'),
    manifest('dem', []),
  );
  const off = attemptSpec(context(), work('a'), manifest('dem', ['https://archive.example']));
  for (const spec of [inland, off]) {
    expect(spec).not.toHaveProperty('shared');
    expect(spec.environment).toEqual({});
  }
});
