import { calls } from '@fusion-platform/contract';
import type { NodesAnswer } from '@fusion-platform/contract';

import { route, viewers } from '../route.ts';
import type { Route } from '../route.ts';

/** @param read the nodes of the platform: they are the same for every organisation */
export function nodeRoutes(read: () => Promise<NodesAnswer['nodes']>): Route[] {
  return [route(calls.listNodes, async () => ({ nodes: await read() }), viewers)];
}
