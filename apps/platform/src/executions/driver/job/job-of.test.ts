import { expect, test } from 'vitest';

import type { Work } from '../../component/index.ts';
import type { Manifest } from '../../../catalogue/index.ts';
import type { Context } from '../../context.ts';
import { programOf } from './job-of.ts';

const work = (organisation: string): Work =>
  ({
    execution: { organisation_id: organisation },
    component: { cpu: 1, memory: 512, storage: 1 },
  }) as unknown as Work;

const manifest = (ssdId: string, urls: readonly string[]): Manifest =>
  ({
    ssdId,
    urls,
    cidrs: [],
    environment: [],
    resources: {},
    command: ['node'],
    folder: '/services/one',
  }) as never;

const context = (blockCacheMegabytes: number): Context =>
  ({ settings: { environment: {}, blockCacheMegabytes } }) as unknown as Context;

test('only the components of one service and organisation share a cache of remote files', () => {
  const lent = (organisation: string, ssdId: string) =>
    programOf(context(100), work(organisation), manifest(ssdId, ['https://archive.example'])).sharedCache;
  expect(lent('a', 'dem')).toEqual({ name: 'a/dem', megabytes: 100 });
  expect(lent('b', 'dem')).toEqual({ name: 'b/dem', megabytes: 100 });
  expect(lent('a', 'sentinel')).toEqual({ name: 'a/sentinel', megabytes: 100 });
});

test('a service without addresses, and any where nothing is to be kept, has none', () => {
  const inland = programOf(context(100), work('a'), manifest('dem', []));
  const off = programOf(context(0), work('a'), manifest('dem', ['https://archive.example']));
  for (const { sharedCache, environment } of [inland, off]) {
    expect(sharedCache).toBeNull();
    expect(environment).toEqual({});
  }
});
