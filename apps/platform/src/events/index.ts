export { createEvents } from './events.ts';
export type { Change, Events } from './events.ts';
