export type { CallRequest, Route } from './route.ts';
export { createServer } from './server.ts';
export type { ServerOptions } from './server.ts';
export { dataRoutes } from './routes/data.ts';
export { executionRoutes } from './routes/executions.ts';
export { serveFiles } from './routes/files.ts';
export { processRoutes } from './routes/processes.ts';
export { runRoutes } from './routes/runs.ts';
export { serviceRoutes } from './routes/services.ts';
