export { isAlive } from './heartbeat.ts';
export { joinNodes } from './join.ts';
export { listNodes, readNodes, useOfNodes } from './list.ts';
export type { Node, NodeUse } from './list.ts';
export { NodeRefusedError } from './store-rule.ts';
