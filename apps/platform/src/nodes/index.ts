export { joinNodes } from './join.ts';
export { listNodes } from './list.ts';
export type { Node } from './list.ts';
export { NodeRefusedError } from './store-rule.ts';
