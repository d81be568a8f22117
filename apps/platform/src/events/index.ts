export { createEvents } from './events.ts';
export type { Change, Events } from './events.ts';
export { SafeFetchError, safeFetch } from './safe-fetch/index.ts';
