export { route } from './route.ts';
export type { CallRequest, Route } from './route.ts';
export { createServer } from './server.ts';
export type { ServerOptions } from './server.ts';
